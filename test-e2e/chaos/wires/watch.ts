/** Where a process stands when something of it passes a wire: what it sends has not left, or was done and is not yet known to it. */
export type Moment = 'before' | 'after';

/**
 * Told of every exchange that passes, by what it is: `pg attempt-start`, `sqs DeleteMessageBatch tasks-default`.
 * @returns true when whoever sent it is dead by now: then nothing goes on, in either direction
 */
export type Watch = (what: string, moment: Moment) => boolean;

export interface Wire {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Ends all connections, as a network does that fails; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
}
