import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Path } from '../pointer.ts';
import { isInternalHost } from './addresses.ts';
import type { Report } from './report.ts';
import type { ActionSite } from './sites.ts';

/** Addresses that actions send to. `constants` are the item's own metadata, by key; other variables are unknown here. */
export const checkUrls = (
  sites: readonly ActionSite[],
  itemId: string,
  constants: JsonObject,
  report: Report,
): void => {
  for (const { config, path } of sites) {
    for (const place of URL_PLACES) {
      const value = place.reduce<Json | undefined>((at, key) => (isJsonObject(at) ? at[key] : undefined), config);
      if (typeof value !== 'string' || (place[0] === 'poll' && isPath(value))) continue;
      checkUrl(fillConstants(value, itemId, constants), [...path, 'config', ...place], report);
    }
  }
};

const URL_PLACES: readonly (readonly string[])[] = [
  ['endpoint', 'url'],
  ['poll', 'url'],
  ['url'],
  ['authentication', 'tokenUrl'],
];

/** What is polled may be named by its path on the host of the call. */
const isPath = (text: string): boolean => /^\/(?![/\\])/.test(text);

const fillConstants = (text: string, itemId: string, constants: JsonObject): string =>
  text.replaceAll(/\{\{\s*\.metadata\.([a-z0-9-]+)\.(\w+)\s*\}\}/g, (tag, id: string, key: string) =>
    id === itemId && typeof constants[key] === 'string' ? constants[key] : tag,
  );

const TAG = /\{\{[^}]*\}\}/g;

const checkUrl = (text: string, path: Path, report: Report): void => {
  const [, scheme, authority = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)/.exec(text) ?? [];
  if (scheme === undefined) {
    // A variable may bring the beginning, which only the executor will see.
    if (!text.startsWith('{{'))
      report('URL_INVALID', path, 'This is not an absolute URL.', { hint: 'https://host/path' });
    return;
  }
  if (scheme !== 'http' && scheme !== 'https') {
    report('URL_NOT_HTTP', path, `The scheme \`${scheme}\` is not http or https.`);
    return;
  }
  if (authority.includes('{{.current.')) {
    report('URL_HOST_FROM_INPUT', path, 'Whoever fills in the form decides which host is called.', {
      within: authority,
    });
  }
  checkHost(text.replaceAll(TAG, '0'), authority.includes('{{'), path, report);
};

const checkHost = (text: string, templated: boolean, path: Path, report: Report): void => {
  const url = URL.parse(text);
  if (url === null) {
    if (!templated) report('URL_INVALID', path, 'This is not an absolute URL.', { hint: 'https://host/path' });
    return;
  }
  if (url.username !== '' || url.password !== '') {
    report('URL_CREDENTIALS', path, 'The URL carries credentials that everybody can read.', {
      hint: 'use authentication.secretRef',
    });
  }
  if (!templated && isInternalHost(url.hostname)) {
    report('URL_INTERNAL_ADDRESS', path, `\`${url.hostname}\` means the executor's own machine or link.`, {
      hint: 'executors refuse such addresses unless their egress policy allows them',
    });
  }
};
