import { type FSWatcher, watch } from 'node:fs';
import { resolve } from 'node:path';
import type { Logger } from '@pao/runtime';
import { listCatalogFolder } from './entries.ts';

export interface FolderWatchOptions {
  readonly folder: string;
  /** Called after the folder has been quiet for `settleMs`, or `patienceMs` after the first of an unending row of changes. */
  readonly onChange: () => Promise<void>;
  readonly logger: Logger;
  readonly settleMs?: number;
  readonly patienceMs?: number;
}

/**
 * Notices edits in a catalog folder. The system's own recursive watch costs a handle a file, so each folder is watched by itself.
 * A hint and no promise (network file systems notify nobody): a slow sweep stands beside it.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #firstChangeAt: number | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#watchFolders();
  }

  /** What a change leads to, without one: for a sweep. Rejects with what `onChange` threw. */
  async processOnce(): Promise<void> {
    await this.#watchFolders();
    await this.#options.onChange();
  }

  /** Resolves when the last `onChange` has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    await this.#running;
  }

  // Folders are watched before they are read, so that what changes in between is not missed.
  async #watchFolders(): Promise<void> {
    const present = await this.#folders();
    for (const [folder, watcher] of this.#watchers) {
      if (present.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of present) if (!this.#stopped && !this.#watchers.has(folder)) this.#watch(folder);
  }

  async #folders(): Promise<ReadonlySet<string>> {
    try {
      return (await listCatalogFolder(this.#options.folder)).folders;
    } catch {
      // Not a catalog for the moment, which the sync reports; its own folder says when it changes.
      return new Set([resolve(this.#options.folder)]);
    }
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#changed());
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      this.#options.logger.debug({ err: error, folder }, 'the folder cannot be watched');
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
    this.#changed();
  }

  #changed(): void {
    if (this.#stopped) return;
    const { settleMs = 150, patienceMs = 700 } = this.#options;
    const now = performance.now();
    this.#firstChangeAt ??= now;
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#firstChangeAt + patienceMs - now);
    this.#timer = setTimeout(() => this.#settled(), Math.min(settleMs, left));
  }

  #settled(): void {
    this.#firstChangeAt = undefined;
    this.#running = this.#processAfter(this.#running);
  }

  async #processAfter(previous: Promise<void>): Promise<void> {
    await previous;
    if (this.#stopped) return;
    try {
      await this.processOnce();
    } catch (error) {
      this.#options.logger.warn(
        { err: error },
        'the catalog could not be read after a change; the next sweep tries again',
      );
    }
  }
}
