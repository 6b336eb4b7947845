import type { JsonObject } from '@pao/kernel';
import type { Validation } from '../document.ts';
import type { Issue } from './issue.ts';
import { base64Size, sizeInBytes } from './sizes.ts';

/** Rules of an uploaded file, `{ name, mediaType, size, content }` with the content in base64. */
export const fileIssue = (file: JsonObject, validation: Validation): Issue | undefined => {
  const { name, mediaType, size, content } = file;
  if (
    Object.keys(file).length !== 4 ||
    !isFileName(name) ||
    typeof mediaType !== 'string' ||
    typeof size !== 'number'
  ) {
    return ['WRONG_TYPE', 'must have name, mediaType, size and content, and nothing else'];
  }
  const limit = sizeInBytes(validation.maxSize);
  if (size > limit) return ['FILE_TOO_LARGE', `must not be larger than ${limit} bytes`];
  if (!accepts(mediaType, validation.mediaTypes)) {
    return ['FILE_TYPE', `must be of type ${(validation.mediaTypes ?? ['type/subtype']).join(', ')}`];
  }
  if (typeof content !== 'string' || base64Size(content) !== size) {
    return ['FILE_CONTENT', 'must hold its content in base64, as long as its size says'];
  }
  return undefined;
};

// The name may become part of a path: a path it must not be.
const isFileName = (name: unknown): boolean => typeof name === 'string' && new RegExp(FILE_NAME_PATTERN).test(name);

export const FILE_NAME_PATTERN = '^[^/\\\\\\x00-\\x1f]{1,255}$';
export const MEDIA_TYPE_PATTERN = '^[a-zA-Z0-9!#$&^_.+-]{1,127}/[a-zA-Z0-9!#$&^_.+-]{1,127}$';

const accepts = (mediaType: string, allowed: readonly string[] | undefined): boolean =>
  new RegExp(MEDIA_TYPE_PATTERN).test(mediaType) &&
  (allowed === undefined ||
    allowed.some((entry) => (entry.endsWith('/*') ? mediaType.startsWith(entry.slice(0, -1)) : entry === mediaType)));
