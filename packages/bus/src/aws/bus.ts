import type { Logger } from '../logger.ts';
import type { Bus } from '../ports.ts';
import type { Topology } from '../topology.ts';

export interface AwsBusOptions {
  readonly topology: Topology;
  readonly region: string;
  readonly logger: Logger;
  /** Base URL of an emulator; absent: AWS. */
  readonly endpoint?: string;
  /** Absent: the SDK's own chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type CreateAwsBus = (options: AwsBusOptions) => Bus;
