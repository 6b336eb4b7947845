import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Message } from './fauxqs.ts';

export interface LoggedMessage {
  readonly queue: string;
  readonly message: Message;
}

/** Most messages are sent, received and deleted within this time, and their receipt then needs no write of its own. */
const LAZY_WRITE_MS = 50;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, receives INTEGER NOT NULL, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS resources (id INTEGER PRIMARY KEY CHECK (id = 1), content TEXT NOT NULL);
`;

/**
 * The emulator's messages on disk. What is sent in one turn of the event loop becomes one transaction, which `written()`
 * waits for; deletes and receive counts follow within 50 ms, since losing them only means another delivery. Survives the
 * death of the process; a power cut may cost the last moments.
 */
export class MessageLog {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;
  readonly #ids = new Map<string, number>();
  readonly #added = new Map<string, LoggedMessage>();
  readonly #removed = new Set<number>();
  readonly #received = new Map<number, number>();
  #nextId: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 'messages.sqlite'), { timeout: 0 });
    // Exclusive: a second emulator on the same directory fails at once instead of delivering everything twice.
    this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(SCHEMA);
    this.#insert = this.#database.prepare('INSERT INTO message (id, queue, receives, content) VALUES (?, ?, ?, ?)');
    this.#delete = this.#database.prepare('DELETE FROM message WHERE id = ?');
    this.#count = this.#database.prepare('UPDATE message SET receives = ? WHERE id = ?');
    this.#nextId = Number(this.#database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM message').get()?.['id']);
  }

  /** All messages in the order they were sent; none is in flight, since who had received it is gone. */
  *messages(): Generator<LoggedMessage> {
    const rows = this.#database.prepare('SELECT id, queue, receives, content FROM message ORDER BY id').iterate();
    for (const row of rows) {
      const message: Message = JSON.parse(String(row['content']));
      message.approximateReceiveCount = Number(row['receives']);
      this.#ids.set(message.messageId, Number(row['id']));
      yield { queue: String(row['queue']), message };
    }
  }

  resources(): unknown {
    const row = this.#database.prepare('SELECT content FROM resources').get();
    return row === undefined ? undefined : JSON.parse(String(row['content']));
  }

  saveResources(content: unknown): void {
    this.#database
      .prepare('INSERT INTO resources VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content')
      .run(JSON.stringify(content));
  }

  add(queue: string, message: Message): void {
    this.#added.set(message.messageId, { queue, message });
    this.#writing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#writing = undefined;
        this.#write();
        if (this.#failure === undefined) resolve();
        else reject(this.#failure);
      });
    });
  }

  received(messageId: string, receives: number): void {
    const id = this.#ids.get(messageId);
    if (id === undefined) return;
    this.#received.set(id, receives);
    this.#writeSoon();
  }

  remove(messageId: string): void {
    const id = this.#ids.get(messageId);
    if (id !== undefined) {
      this.#ids.delete(messageId);
      this.#removed.add(id);
      this.#writeSoon();
    }
    this.#added.delete(messageId);
  }

  removeQueue(queue: string): void {
    this.#write();
    for (const { queue: holder, message } of this.messages()) if (holder === queue) this.remove(message.messageId);
    this.#write();
  }

  /** Resolves when everything sent so far is on disk; undefined when it already is. */
  written(): Promise<void> | undefined {
    return this.#writing;
  }

  close(): void {
    this.#write();
    this.#database.close();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#write(), LAZY_WRITE_MS);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failure = undefined;
    try {
      this.#database.exec('BEGIN');
      for (const id of this.#removed) this.#delete.run(id);
      for (const [id, receives] of this.#received) if (!this.#removed.has(id)) this.#count.run(receives, id);
      for (const [messageId, { queue, message }] of this.#added) {
        this.#insert.run(this.#nextId, queue, message.approximateReceiveCount, JSON.stringify(message));
        this.#ids.set(messageId, this.#nextId);
        this.#nextId += 1;
      }
      this.#database.exec('COMMIT');
      this.#removed.clear();
      this.#received.clear();
      this.#added.clear();
    } catch (error) {
      this.#failure = error;
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }
}
