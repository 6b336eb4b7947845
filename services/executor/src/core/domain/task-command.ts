import type { JsonObject } from '@pao/kernel';

/** One action of a document, fully rendered. */
export interface Action {
  readonly type: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly config: JsonObject;
  /** Output name to JMESPath over the action's result. */
  readonly outputs: { readonly [name: string]: string };
  readonly timeoutSeconds: number;
  /** The document's promise that the same key never has a second effect. */
  readonly idempotent: boolean;
}

/** The order to carry out one task, in one generation. */
export interface TaskCommand {
  readonly requestId: string;
  readonly taskId: string;
  /** Rises only by a person's decision. */
  readonly generation: number;
  readonly tenantId: string;
  readonly correlationId: string;
  /** W3C trace context of the command, so that a later process goes on in the same trace. */
  readonly traceparent?: string | undefined;
  readonly action: Action;
  /** SHA-256 of the action as it was sent, for whoever compares what came with what was started. */
  readonly fingerprint: string;
}
