import { execFile } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface DnsRecord {
  readonly zone: string;
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly ttl: number;
}

export interface Zones {
  add(
    record: DnsRecord,
    key: string,
  ): Promise<{ kind: 'added'; line: string } | { kind: 'taken' } | { kind: 'no-zone' }>;
  /** The line that carries the key. */
  find(zone: string, key: string): Promise<string | undefined>;
  remove(zone: string, key: string): Promise<void>;
  reload(zone: string, signal: AbortSignal): Promise<void>;
}

const run = promisify(execFile);

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

/** Zone files `<zone>.zone` of a folder. Changes of one process go one after the other, and each is there wholly or not at all. */
export const createZones = (folder: string, reloadCommand?: readonly [string, ...string[]]): Zones => {
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const fileOf = (zone: string): string => join(folder, `${zone}.zone`);

  const read = async (zone: string): Promise<readonly string[] | undefined> => {
    try {
      return (await readFile(fileOf(zone), 'utf8')).split('\n').filter((line) => line !== '');
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  };
  const write = async (zone: string, lines: readonly string[]): Promise<void> => {
    const draft = await open(`${fileOf(zone)}.new`, 'w');
    await draft.writeFile(`${lines.join('\n')}\n`);
    await draft.sync();
    await draft.close();
    await rename(`${fileOf(zone)}.new`, fileOf(zone));
  };
  const withKey = (key: string) => (line: string) => line.endsWith(` ; ${key}`);

  return {
    add: (record, key) =>
      alone(async () => {
        const { zone, name, type, value, ttl } = record;
        const lines = await read(zone);
        if (lines === undefined) return { kind: 'no-zone' };
        if (lines.some((line) => line.startsWith(`${name} `) && line.split(' ')[3] === type)) return { kind: 'taken' };
        const line = `${name} ${ttl} IN ${type} ${type === 'TXT' ? `"${value}"` : value}`;
        await write(zone, [...lines, `${line} ; ${key}`]);
        return { kind: 'added', line };
      }),
    find: async (zone, key) => (await read(zone))?.find(withKey(key))?.split(' ; ')[0],
    remove: (zone, key) =>
      alone(async () => {
        const lines = await read(zone);
        if (lines?.some(withKey(key)))
          await write(
            zone,
            lines.filter((line) => !withKey(key)(line)),
          );
      }),
    reload: async (zone, signal) => {
      if (reloadCommand === undefined) return;
      const [command, ...args] = reloadCommand;
      await run(command, [...args, zone], { signal });
    },
  };
};
