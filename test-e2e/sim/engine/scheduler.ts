import { EventHeap, type Timed } from './event-heap.ts';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';

/**
 * One process from its start to its end. What a dead one was about to do never happens: its continuations are dropped. A frozen
 * one goes on later, and knows nothing of the time in between.
 */
export interface Life {
  readonly name: string;
  dead: boolean;
  /** Virtual time; 0 when it never was. */
  frozenUntil: number;
  /** By how much its clock is wrong, in milliseconds. */
  readonly skewMs: number;
}

export interface Task {
  cancelled: boolean;
}

interface Event extends Timed, Task {
  at: number;
  /** Undefined: something outside of all processes, such as the inside of the bus or of a target. */
  readonly owner: Life | undefined;
  readonly label: string;
  readonly work: () => void;
}

export interface SchedulerOptions {
  readonly random: Random;
  readonly trace: Trace;
}

/** Ends when nothing is left for the microtask queue: what the last event set free has run as far as it can without another. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/**
 * Time, and the order of everything. One event runs at a time, with all that follows from it until every process waits for the
 * next. Nothing else lets anything go on.
 */
export class Scheduler {
  readonly random: Random;
  readonly #trace: Trace;
  readonly #events = new EventHeap<Event>();
  #order = 0;
  #now = 0;
  #current: Life | undefined;
  #steps = 0;

  constructor({ random, trace }: SchedulerOptions) {
    this.random = random;
    this.#trace = trace;
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return this.#now;
  }

  /** The process whose code runs now. */
  get current(): Life | undefined {
    return this.#current;
  }

  get steps(): number {
    return this.#steps;
  }

  /** `label` is for the trace; an empty one leaves the event out of it. */
  after(ms: number, owner: Life | undefined, label: string, work: () => void): Task {
    const event = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), owner, label, work, cancelled: false };
    this.#events.push(event);
    return event;
  }

  note(label: string): void {
    this.#trace.add(`${this.#now.toFixed(3).padStart(12)} ${(this.#current?.name ?? '-').padEnd(12)} ${label}`);
  }

  /** Runs events until `isOver` says so, nothing is left, or the time is up. */
  async run(isOver: () => boolean, untilMs: number): Promise<void> {
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      if (event.at > untilMs) {
        this.#events.push(event);
        this.#now = untilMs;
        return;
      }
      if (event.cancelled || event.owner?.dead === true) continue;
      this.#now = Math.max(this.#now, event.at);
      if (event.owner !== undefined && event.owner.frozenUntil > this.#now) {
        event.at = event.owner.frozenUntil;
        this.#events.push(event);
        continue;
      }
      this.#current = event.owner;
      this.#steps += 1;
      if (event.label !== '') this.note(event.label);
      event.work();
      await settled();
      this.#current = undefined;
      if (isOver()) return;
    }
  }
}
