import type { Json } from '@pao/kernel';
import { eachText } from '../pointer.ts';
import type { Report } from './report.ts';

const SECRET_KEY =
  /^(.*[-_.])?(password|passwd|passphrase|secret|client[-_]?secret|api[-_]?key|access[-_]?key|auth[-_]?token|access[-_]?token|token|private[-_]?key|authorization|credentials?)$/i;
const CAMEL = /(Password|Secret|ApiKey|AccessKey|AuthToken|AccessToken|PrivateKey)$/;

/** Forms that only credentials have, by issuer. */
const SECRET_VALUES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['an AWS access key', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abeprs]-[A-Za-z0-9-]{10,}/],
  ['an Atlassian token', /\bATATT3[A-Za-z0-9_=-]{20,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['credentials', /\b(Bearer|Basic) [A-Za-z0-9+/=._-]{16,}/],
];

/** What all of these have in them; most texts are done with after one look. */
const SUSPICIOUS = /A[KS]IA|gh[pousr]_|github_pat_|glpat-|xox|ATATT3|-----BEGIN|eyJ|Bearer |Basic /;

/** Nothing that looks like a credential stands in a document: it would be in git for good. */
export const checkSecrets = (document: Json, report: Report): void =>
  eachText(document, [], (text, path) => {
    const kind = SUSPICIOUS.test(text) ? SECRET_VALUES.find(([, pattern]) => pattern.test(text)) : undefined;
    if (kind !== undefined) {
      report('SECRET_IN_DOCUMENT', path, `This looks like ${kind[0]}.`, { hint: 'revoke it, and use secretRef' });
      return;
    }
    const key = String(path.at(-1));
    if (!path.includes('config') || !isSecretKey(key) || text.includes('{{') || text.length < 4) return;
    report('SECRET_IN_DOCUMENT', path, `\`${key}\` holds a secret in plain text.`, { hint: 'use secretRef' });
  });

const isSecretKey = (key: string): boolean => key !== 'secretRef' && (SECRET_KEY.test(key) || CAMEL.test(key));
