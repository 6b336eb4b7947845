import type { Change } from '../../core/domain/audit.ts';
import type { ChangeFeed, ChangeListener } from '../../core/ports/change-feed.ts';
import type { RequestReader } from '../../core/ports/request-reader.ts';

interface Topic {
  readonly listeners: Set<ChangeListener>;
  sequence: number;
}

/** The feed of one process: told of its own commits at once, and looking now and then for what other replicas did. */
export class MemoryChangeFeed implements ChangeFeed {
  readonly #topics = new Map<string, Topic>();

  subscribe(requestId: string, known: number, listener: ChangeListener): () => void {
    const topic = this.#topics.get(requestId) ?? { listeners: new Set(), sequence: known };
    this.#topics.set(requestId, topic);
    topic.listeners.add(listener);
    return () => {
      topic.listeners.delete(listener);
      if (topic.listeners.size === 0) this.#topics.delete(requestId);
    };
  }

  /** This process has committed changes of a request. */
  announce(requestId: string, changes: readonly Change[]): void {
    const topic = this.#topics.get(requestId);
    const last = changes.at(-1);
    if (!topic || !last) return;
    topic.sequence = Math.max(topic.sequence, last.sequence);
    for (const listener of topic.listeners) listener(changes);
  }

  /** Looks once, in one query, whether somebody else has changed a request that is followed here. */
  async look(reader: RequestReader): Promise<void> {
    if (this.#topics.size === 0) return;
    for (const { requestId, sequence } of await reader.positions([...this.#topics.keys()])) {
      const topic = this.#topics.get(requestId);
      if (!topic || sequence <= topic.sequence) continue;
      topic.sequence = sequence;
      for (const listener of topic.listeners) listener([]);
    }
  }

  /** How many requests are followed. */
  get size(): number {
    return this.#topics.size;
  }
}
