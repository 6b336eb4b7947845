import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { printable } from './printable.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** Where in the files. */
  readonly file?: string;
  readonly line?: number;
}

export interface ChangeCount {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** What Terraform told of itself with `-json`, as far as something depends on it. */
export interface Facts {
  readonly diagnostics: Diagnostic[];
  /** Addresses of the resources whose change began, was done, and failed. */
  readonly begun: string[];
  readonly done: string[];
  readonly failed: string[];
  counts?: ChangeCount;
  /** As the last message has them; sensitive ones without a value. */
  outputs?: JsonObject;
}

export type TellLine = (level: 'info' | 'warn' | 'error', message: string) => void;

const MAX_NAMED = 200;
/** For people; the evidence has what counts. */
const MAX_TOLD = 80;

export const newFacts = (): Facts => ({ diagnostics: [], begun: [], done: [], failed: [] });

const text = (value: Json | undefined): string => (typeof value === 'string' ? printable(value) : '');
const object = (value: Json | undefined): JsonObject => (value !== undefined && isJsonObject(value) ? value : {});
const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

const addressOf = ({ hook }: JsonObject): string => text(object(object(hook)['resource'])['addr']);

const note = <T>(list: T[], entry: T): void => {
  if (list.length < MAX_NAMED) list.push(entry);
};

const diagnosticOf = (diagnostic: JsonObject): Diagnostic => {
  const range = object(diagnostic['range']);
  const [file, line] = [range['filename'], object(range['start'])['line']];
  return {
    severity: diagnostic['severity'] === 'error' ? 'error' : 'warning',
    summary: text(diagnostic['summary']).slice(0, 500),
    detail: text(diagnostic['detail']).slice(0, 2_000),
    ...(typeof file === 'string' && { file }),
    ...(typeof line === 'number' && { line }),
  };
};

const parse = (line: string): JsonObject | undefined => {
  try {
    const message = JSON.parse(line) as Json;
    return isJsonObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
};

const countsOf = ({ changes }: JsonObject): ChangeCount => {
  const { add, change, remove } = object(changes);
  return { add: count(add), change: count(change), destroy: count(remove) };
};

/** Reads the lines of one run: what counts goes into `facts`, what people want to see is told. */
export const createReader = (facts: Facts, tell: TellLine): ((line: string) => void) => {
  let told = 0;
  const say: TellLine = (level, message) => {
    told += 1;
    if (told <= MAX_TOLD && message !== '') tell(level, message);
  };
  return (line) => {
    const message = parse(line);
    if (message === undefined) return;
    const words = text(message['@message']);
    switch (message['type']) {
      case 'diagnostic': {
        const diagnostic = diagnosticOf(object(message['diagnostic']));
        note(facts.diagnostics, diagnostic);
        return say(diagnostic.severity === 'error' ? 'error' : 'warn', words);
      }
      case 'apply_start':
        note(facts.begun, addressOf(message));
        return say('info', words);
      case 'apply_complete':
        note(facts.done, addressOf(message));
        return say('info', words);
      case 'apply_errored':
        note(facts.failed, addressOf(message));
        return say('error', words);
      case 'change_summary':
        facts.counts = countsOf(message);
        return say('info', words);
      case 'planned_change':
      case 'resource_drift':
        return say('info', words);
      case 'outputs':
        facts.outputs = object(message['outputs']);
        return;
      default:
        return;
    }
  };
};
