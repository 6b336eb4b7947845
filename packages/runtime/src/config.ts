import { z } from 'zod';

export interface ConfigProblem {
  /** The variable, with the place inside it where its value is JSON: `PAO_API_KEYS[0].sha256`. */
  readonly variable: string;
  readonly issue: string;
  /** What the variable is for, as its schema describes it. */
  readonly expected: string;
}

/** The environment does not make a configuration. The message lists every problem; values are left out, they may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ variable, issue, expected }) => `  ${variable}: ${issue}${expected && ` (${expected})`}`,
    );
    super(`the configuration is not usable:\n${lines.join('\n')}`);
    this.problems = problems;
    // Where the code noticed is of no use to the person who has to mend the environment.
    this.stack = `${this.name}: ${this.message}`;
    Object.defineProperty(this, 'problems', { enumerable: false });
  }
}

interface Setting {
  readonly name: string;
  readonly description: string;
  readonly fallback: unknown;
  readonly required: boolean;
}

const settingsOf = (schema: z.ZodType): readonly Setting[] => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const required = new Set(json.required ?? []);
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    description: typeof property === 'object' ? (property.description ?? '') : '',
    fallback: typeof property === 'object' ? property.default : undefined,
    required: required.has(name),
  }));
};

const place = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`)).join('');

const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
};

/**
 * The configuration that an environment makes: parsed, complete and frozen. An empty variable counts as absent, since that is
 * what `NAME=` in a compose file means.
 * @param schema a `z.object` whose keys are the variables' names; each described, so that errors and the README can say what it is for.
 * @throws ConfigError with every problem at once.
 */
export const loadConfig = <S extends z.ZodType>(schema: S, environment: NodeJS.ProcessEnv): z.infer<S> => {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return deepFreeze(parsed.data);
  const settings = new Map(settingsOf(schema).map((setting) => [setting.name, setting]));
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0] ?? '');
      const missing = name !== '' && !(name in given);
      return {
        variable: place(path) || 'environment',
        issue: missing ? 'is missing' : message,
        expected: settings.get(name)?.description ?? '',
      };
    }),
  );
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The settings of a schema as a Markdown table: what a service's README shows, and a test keeps equal to the schema. */
export const environmentTable = (schema: z.ZodType): string => {
  const rows = settingsOf(schema).map(({ name, description, fallback, required }) => {
    const value =
      fallback === undefined
        ? required
          ? 'required'
          : ''
        : `\`${cell(typeof fallback === 'string' ? fallback : JSON.stringify(fallback))}\``;
    return `| \`${name}\` | ${value} | ${cell(description)} |`;
  });
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
};
