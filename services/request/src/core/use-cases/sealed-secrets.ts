import { sealedConfigPlace } from '@pao/contracts';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { DispatchedTask } from '../domain/dispatch.ts';
import type { Plan } from '../domain/plan.ts';
import type { Failure, Request } from '../domain/request.ts';
import { type SealedValue, sealedFields, valueAt, withValues } from '../domain/sealed-input.ts';
import type { OpenError, Sealer, SealPlace } from '../ports/sealer.ts';

/** The one setting that secrets need. */
export const DATA_KEYS = 'PAO_DATA_KEYS';

type Place = Pick<Request, 'id' | 'tenantId'>;

const placeIn = ({ id, tenantId }: Place, place: string): SealPlace => ({ tenantId, requestId: id, place });

/** The request with its secrets sealed: as it is stored. */
export const sealRequest = (request: Request, { secretPaths }: Plan, sealer: Sealer | undefined): Request => {
  if (secretPaths.length === 0) return request;
  const keys = needed(sealer);
  const sealed = secretPaths.map((path): [string, SealedValue] => {
    const secret = valueAt(request.input, path);
    if (typeof secret !== 'string') throw new Error(`the secret ${path} is no text`);
    return [path, { $sealed: keys.seal(secret, placeIn(request, `input.${path}`)) }];
  });
  return { ...request, input: withValues(request.input, new Map(sealed)) };
};

/** The input as it was submitted. The failure is certain: nothing is sent without it. */
export const openInput = (request: Request, sealer: Sealer | undefined): Result<JsonObject, Failure> => {
  const opened = new Map<string, string>();
  for (const [path, sealed] of sealedFields(request.input)) {
    const secret = sealer?.open(sealed, placeIn(request, `input.${path}`));
    if (!secret?.ok) return err(unavailable(path, secret?.error));
    opened.set(path, secret.value);
  }
  return ok(withValues(request.input, opened));
};

const reasonOf = (error: OpenError | undefined): string => {
  if (error === undefined) return `${DATA_KEYS} is not set where the request service runs`;
  switch (error.kind) {
    case 'unknown-key':
      return `it is sealed with the key ${error.keyId}, which is not in ${DATA_KEYS} of the request service`;
    case 'altered':
      return `it was altered, or the key ${error.keyId} in ${DATA_KEYS} is another one than it was sealed with`;
    case 'malformed':
      return 'it is not in a form that this version knows';
    default:
      return error satisfies never;
  }
};

const unavailable = (path: string, error: OpenError | undefined): Failure => ({
  code: 'SECRETS_UNAVAILABLE',
  message: `The secret ${path} of the request can't be opened, so nothing was sent: ${reasonOf(error)}.`,
});

/** What of a command's action depends on secrets: the configuration as it is, or sealed for this attempt alone. */
export const commandConfig = (
  request: Place,
  { task, config, secrets }: DispatchedTask,
  sealer: Sealer | undefined,
): { readonly config: JsonObject; readonly sealedConfig?: string } => {
  if (secrets === undefined) return { config };
  const content = JSON.stringify({ config, secrets: secrets.texts, members: secrets.members });
  // Nothing in its place, not even a mask: an executor that knows nothing of secrets must not send one.
  const place = placeIn(request, sealedConfigPlace(task.id, task.generation));
  return { config: {}, sealedConfig: needed(sealer).seal(content, place) };
};

/** Documents with secrets are refused where there are no keys, so this is a bug. */
const needed = (sealer: Sealer | undefined): Sealer => {
  if (sealer === undefined) throw new Error(`secrets can't be sealed: ${DATA_KEYS} is not set`);
  return sealer;
};
