import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parse } from 'yaml';

interface ComposeService {
  readonly image: string;
  readonly build?: {
    readonly dockerfile: string;
    readonly target?: string;
    readonly args: { readonly SERVICE: string };
  };
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');

const { services, volumes } = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, object>>;
};

const dockerfile = read('infra/docker/Dockerfile');

const ours = ['gateway', 'catalog', 'request', 'executor', 'escalation'];

/** Settings that several services share, by the name under which a service takes them over. */
const SHARED: ReadonlyMap<string, string> = new Map([
  ['busSettings', 'packages/runtime/src/bus-settings.ts'],
  ['egressSettings', 'packages/outgoing/src/settings.ts'],
  ['runtimeSettings', 'packages/executor-sdk/src/run/runtime-settings.ts'],
]);

/** The variables a service reads are the keys of the zod object in its config, and in the settings that this takes apart. */
const variablesOf = (service: string): ReadonlySet<string> => {
  const folder = `services/${service}/src`;
  const files = readdirSync(new URL(folder, root)).filter((name) => /^(config|.*-settings)\.ts$/.test(name));
  const own = files.map((name) => read(`${folder}/${name}`));
  const taken = own.flatMap((text) => [...text.matchAll(/^ {2}\.{3}(\w+Settings)\b/gm)].map(([, name = '']) => name));
  const shared = taken.flatMap((name) => SHARED.get(name) ?? []).map(read);
  const names = [...own, ...shared].flatMap((text) => text.match(/^ {2}[A-Z][A-Z0-9_]+(?=: )/gm) ?? []);
  return new Set(names.map((name) => name.trim()));
};

/** Read by the OpenTelemetry SDK itself. */
const STANDARD = new Set(['OTEL_EXPORTER_OTLP_ENDPOINT']);

test('docker-compose runs each service from its own image', (t) => {
  for (const name of ours) {
    t.is(services[name]?.image, `pao/${name}`);
    t.is(services[name]?.build?.args.SERVICE, name);
    t.true(existsSync(new URL(services[name]?.build?.dockerfile ?? '', root)));
    t.true(existsSync(new URL(`services/${name}/src/main.ts`, root)));
  }
});

test('docker-compose sets only variables that the service reads', (t) => {
  for (const name of ours) {
    const known = variablesOf(name);
    t.true(known.size > 5, `${name}: ${[...known].join()}`);
    for (const variable of Object.keys(services[name]?.environment ?? {})) {
      t.true(known.has(variable) || STANDARD.has(variable), `${name} does not read ${variable}`);
    }
  }
});

test('the stages that docker-compose builds exist, take its arguments, and run as a user without rights', (t) => {
  const stages = new Map(
    dockerfile.split(/^FROM /m).flatMap((text) => {
      const name = /^\S+ AS (\S+)/.exec(text)?.[1];
      return name === undefined ? [] : [[name, text] as const];
    }),
  );
  for (const name of ours) {
    const { target = 'service', args } = services[name]?.build ?? { args: {} };
    const users = [...(stages.get(target) ?? '').matchAll(/^USER (\S+)$/gm)];
    t.is(users.at(-1)?.[1], 'node', name);
    for (const arg of Object.keys(args)) t.regex(dockerfile, new RegExp(`^ARG ${arg}\\b`, 'm'));
  }
  t.is(services['executor']?.build?.target, 'executor');
  t.deepEqual(dockerfile.trim().split('\n').at(-1), 'FROM service');
});

test('the image of the executor sets only variables that the executor reads', (t) => {
  const known = variablesOf('executor');
  const [, stage = ''] = dockerfile.split('FROM service AS executor');
  const names = [...stage.matchAll(/\b(PAO_\w+)=/g)].map(([, name = '']) => name);
  t.is(names.length, 3);
  for (const name of names) t.true(known.has(name), name);
});

test('volumes are declared, and folders of the repository exist', (t) => {
  for (const { volumes: mounted = [] } of Object.values(services)) {
    for (const [source = ''] of mounted.map((volume) => volume.split(':'))) {
      if (source.startsWith('./')) t.true(existsSync(new URL(source, root)), source);
      else t.true(Object.hasOwn(volumes, source), source);
    }
  }
});

test('the scripts that docker-compose runs exist', (t) => {
  for (const { command } of Object.values(services)) {
    const script = command?.find((word) => word.endsWith('.ts'));
    if (script !== undefined) t.true(existsSync(new URL(script, root)), script);
  }
});
