import type { LogFeed, TaskLogs } from '../../core/ports/task-logs.ts';

interface Topic {
  readonly listeners: Set<() => void>;
  position: number;
}

/** The feed of one process: told of what it stores at once, and looking now and then for what other replicas stored. */
export class MemoryLogFeed implements LogFeed {
  readonly #topics = new Map<string, Topic>();

  subscribe(requestId: string, known: number, listener: () => void): () => void {
    const topic = this.#topics.get(requestId) ?? { listeners: new Set(), position: known };
    this.#topics.set(requestId, topic);
    topic.listeners.add(listener);
    return () => {
      topic.listeners.delete(listener);
      if (topic.listeners.size === 0 && this.#topics.get(requestId) === topic) this.#topics.delete(requestId);
    };
  }

  /** This process has stored lines of a request. */
  announce(requestId: string): void {
    for (const listener of this.#topics.get(requestId)?.listeners ?? []) listener();
  }

  /** Looks once, in one query, whether somebody else has stored lines of a request that is followed here. */
  async look(logs: Pick<TaskLogs, 'lastPositions'>): Promise<void> {
    if (this.#topics.size === 0) return;
    for (const [requestId, position] of await logs.lastPositions([...this.#topics.keys()])) {
      const topic = this.#topics.get(requestId);
      if (!topic || position <= topic.position) continue;
      topic.position = position;
      for (const listener of topic.listeners) listener();
    }
  }
}
