import { isJsonObject, type Json } from '@pao/kernel';
import type { DocumentResult } from './parse.ts';

/** Ids of other documents that a document names, whether or not it is right: its components, what replaces it, whose constants it reads. */
export const namedDocuments = ({ source, links = [] }: DocumentResult): readonly string[] => {
  const value: Json = source?.value ?? null;
  if (!isJsonObject(value)) return [];
  const components = Array.isArray(value.components) ? value.components : [];
  const items = components.map((component) => (isJsonObject(component) ? component.catalogItem : undefined));
  const replacedBy = isJsonObject(value.deprecation) ? value.deprecation.replacedBy : undefined;
  const constants = links.flatMap(({ namespace, names }) => (namespace === 'metadata' ? names.slice(0, 1) : []));
  return [...items, replacedBy, ...constants].filter((id) => typeof id === 'string');
};
