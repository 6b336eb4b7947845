/** What `git check-ref-format --branch` takes, and nothing that could be an option or a pattern. */
export const isBranchName = (name: string): boolean =>
  name !== '' &&
  Buffer.byteLength(name) <= 250 &&
  name !== '@' &&
  name !== 'HEAD' &&
  !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name) &&
  !/[ ~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|^refs\//.test(name) &&
  name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export const isSha = (text: string): boolean => SHA.test(text);
