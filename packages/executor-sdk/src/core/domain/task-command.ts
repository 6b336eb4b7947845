import type { CompletedTask } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';

/** What is to be undone: a task as it was completed. */
export interface RollbackOf {
  readonly taskId: string;
  readonly generation: number;
  readonly outputs: JsonObject;
  /** How the target calls what was made. */
  readonly externalRef?: string | undefined;
}

/** One action of a document, fully rendered. */
export interface Action {
  readonly type: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly config: JsonObject;
  /** In the place of `config` when that holds a secret of the request; opened by whoever carries it out, and only in memory. */
  readonly sealedConfig?: string | undefined;
  /** Output name to JMESPath over the action's result. */
  readonly outputs: { readonly [name: string]: string };
  readonly timeoutSeconds: number;
  /** The document's promise that the same key never has a second effect. */
  readonly idempotent: boolean;
  /** Set when it is to be undone by its own type instead of carried out; the configuration is the one it had. */
  readonly rollbackOf?: RollbackOf | undefined;
}

/** One task in one generation, as every command names it. */
export interface TaskReference {
  readonly requestId: string;
  readonly taskId: string;
  /** Rises only by a person's decision. */
  readonly generation: number;
  readonly tenantId: string;
  readonly correlationId: string;
}

/** The order not to start a task any more. */
export interface TaskCancellation extends TaskReference {
  readonly actionType: string;
}

/** The order to carry out one task, in one generation. */
export interface TaskCommand extends TaskReference {
  /** W3C trace context of the command, so that a later process goes on in the same trace. */
  readonly traceparent?: string | undefined;
  readonly action: Action;
  /** Where this generation may be answered, once. */
  readonly callbackUrl?: string | undefined;
  /** What was completed of the same order before this task began, in order: whatever is told of it tells that, too. */
  readonly completedBefore?: readonly CompletedTask[] | undefined;
  /** SHA-256 of the action as it was sent, for whoever compares what came with what was started. */
  readonly fingerprint: string;
}
