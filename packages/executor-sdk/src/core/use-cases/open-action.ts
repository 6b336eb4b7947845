import { sealedConfigPlace } from '@pao/contracts';
import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { Action, TaskCommand } from '../domain/task-command.ts';
import type { Failure } from '../domain/verdict.ts';
import type { ActionRunner } from '../ports/action-runner.ts';
import type { OpenError, Sealer } from '../ports/sealer.ts';

export interface OpenedAction {
  /** With its configuration as it is sent. Lives in memory for one attempt, and nowhere else. */
  readonly action: Action;
  /** Texts that may be in nothing that is told or kept. */
  readonly secrets: readonly string[];
}

const SETTING = 'PAO_DATA_KEYS';

/** The action of a command, opened where it is sealed. No failure holds anything of it. */
export const openAction = (
  { requestId, taskId, generation, tenantId, action }: TaskCommand,
  runner: ActionRunner,
  sealer: Sealer | undefined,
): Result<OpenedAction, Failure> => {
  const { sealedConfig, ...plain } = action;
  if (sealedConfig === undefined) return ok({ action: plain, secrets: [] });
  if (sealer === undefined) return err(unavailable(`set ${SETTING} where it runs, to the keys of the request service`));
  const place = sealedConfigPlace(taskId, generation);
  const opened = sealer.open(sealedConfig, { tenantId, requestId, place });
  if (!opened.ok) return err(unavailable(reasonOf(opened.error)));
  const content = parse(opened.value);
  if (content === undefined) return err(unavailable('what they are in is not in a form that this version knows'));
  const exposed = content.members.find((member) => !runner.takesSecretIn(member));
  if (exposed !== undefined) return err(secretExposed(runner.type, exposed));
  return ok({ action: { ...plain, config: content.config }, secrets: content.secrets });
};

const unavailable = (reason: string): Failure => ({
  code: 'SECRETS_UNAVAILABLE',
  message: `This executor can't open the secrets of the task, so nothing was sent: ${reason}.`,
});

const reasonOf = (error: OpenError): string => {
  switch (error.kind) {
    case 'unknown-key':
      return `they are sealed with the key ${error.keyId}, which is not in ${SETTING} of this executor`;
    case 'altered':
      return `they were altered or belong to another task, or the key ${error.keyId} in ${SETTING} is another one here`;
    case 'malformed':
      return 'they are not in a form that this version knows';
    default:
      return error satisfies never;
  }
};

const secretExposed = (type: string, member: string): Failure => ({
  code: 'SECRET_EXPOSED',
  message: `A secret would become part of config.${member} of a ${type}, where people and logs see it. Nothing was sent.`,
});

interface Content {
  readonly config: JsonObject;
  readonly secrets: readonly string[];
  readonly members: readonly string[];
}

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** What the request service puts under the seal; undefined for anything else. */
const parse = (text: string): Content | undefined => {
  try {
    const content = JSON.parse(text) as Json;
    if (!isJsonObject(content)) return undefined;
    const { config, secrets, members } = content;
    return isJsonObject(config) && isTexts(secrets) && isTexts(members) ? { config, secrets, members } : undefined;
  } catch {
    return undefined;
  }
};
