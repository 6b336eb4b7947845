import { createSign } from 'node:crypto';
import { type Clock, createScrub, err, type JsonObject, ok } from '@pao/kernel';
import { type SendHttp, scrubExchange } from '@pao/outgoing';
import { z } from 'zod';
import { type Answered, definite, type Failed } from '../git/changes.ts';
import type { GithubApp, GithubInstance } from './instance.ts';
import { failureOfCall } from './judge.ts';

interface Asker {
  readonly owner: string;
  readonly repo: string;
  readonly timeoutMs: number;
}

/** The token to call a repository with. */
export type Authorize = (instance: GithubInstance, asker: Asker) => Promise<Answered<string>>;

/** Renewed this long before it ends: a try must not outlive its token. */
const MARGIN_MS = 5 * 60_000;

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What proves that we are the app, for a few minutes; a minute back, since clocks differ. */
const appToken = ({ id, privateKey }: GithubApp, nowMs: number): string => {
  const seconds = Math.floor(nowMs / 1_000);
  const text = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url({ iat: seconds - 60, exp: seconds + 540, iss: id })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
};

const installationSchema = z.object({ id: z.int() });
const tokenSchema = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) });

const notConfigured = ({ name, webUrl }: GithubInstance): Failed =>
  definite({
    code: 'GITHUB_NOT_CONFIGURED',
    message: `This executor has no credentials for ${webUrl} (${name}). Set PAO_GITHUB_TOKEN, or PAO_GITHUB_APP_ID and PAO_GITHUB_APP_PRIVATE_KEY, where it runs.`,
  });

interface Question<T> {
  readonly url: string;
  /** Makes it a POST. */
  readonly body?: JsonObject;
  readonly token: string;
  readonly schema: z.ZodType<T>;
  readonly timeoutMs: number;
}

interface Kept {
  readonly token: string;
  readonly until: number;
}

/** Tokens as they are configured, or those of an app's installation, each kept until shortly before it ends. */
export const createAuthorize = ({ send, now }: { readonly send: SendHttp; readonly now: Clock }): Authorize => {
  const kept = new Map<string, Kept>();

  const ask = async <T>({ url, body, token, schema, timeoutMs }: Question<T>) => {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'pao-executor',
    };
    const scrub = createScrub([token]);
    const call = { url: new URL(url), method: body ? 'POST' : 'GET', headers, timeoutMs };
    const exchange = scrubExchange(await send({ ...call, ...(body && { body: JSON.stringify(body) }) }), scrub);
    const failed = failureOfCall(exchange, now().getTime(), scrub);
    // A token nobody has got is no harm: whatever became of the call, nothing has happened.
    if (failed) return err(failed.kind === 'unknown' ? ({ ...failed, kind: 'not-executed' } as const) : failed);
    const parsed = schema.safeParse(jsonOf(exchange.kind === 'answered' ? exchange.body : ''));
    if (parsed.success) return ok(parsed.data);
    const message = "GitHub's answer about the app's installation is not as it is documented.";
    return err<Failed>({ kind: 'not-executed', failure: { code: 'RESPONSE_MALFORMED', message } });
  };

  const installationToken = async (instance: GithubInstance, app: GithubApp, { owner, repo, timeoutMs }: Asker) => {
    const token = appToken(app, now().getTime());
    const place = `${instance.apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/installation`;
    const installation = await ask({ url: place, token, schema: installationSchema, timeoutMs });
    if (!installation.ok) return installation;
    const tokens = `${instance.apiUrl}/app/installations/${installation.value.id}/access_tokens`;
    // Good for this repository and no other.
    return ask({ url: tokens, token, schema: tokenSchema, timeoutMs, body: { repositories: [repo] } });
  };

  return async (instance, asker) => {
    if (instance.token !== undefined) return ok(instance.token);
    if (instance.app === undefined) return err(notConfigured(instance));
    const key = `${instance.name} ${asker.owner}/${asker.repo}`.toLowerCase();
    const known = kept.get(key);
    if (known && known.until > now().getTime()) return ok(known.token);
    const fresh = await installationToken(instance, instance.app, asker);
    if (!fresh.ok) return fresh;
    const { token, expires_at: expires } = fresh.value;
    kept.set(key, { token, until: Date.parse(expires) - MARGIN_MS });
    return ok(token);
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
