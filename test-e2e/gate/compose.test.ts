import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parse } from 'yaml';

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile: string; readonly args: { readonly SERVICE: string } };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');

const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};

const ours = ['gateway', 'catalog', 'request', 'executor', 'escalation'];

/** Settings that several services share. */
const SHARED = ['packages/outgoing/src/settings.ts'];

/** The variables a service reads are the keys of the zod object in its config, and in the settings that this takes apart. */
const variablesOf = (service: string): ReadonlySet<string> => {
  const folder = `services/${service}/src`;
  const files = readdirSync(new URL(folder, root)).filter((name) => /^(config|.*-settings)\.ts$/.test(name));
  const texts = [...files.map((name) => `${folder}/${name}`), ...SHARED].map(read);
  const names = texts.flatMap((text) => text.match(/^ {2}[A-Z][A-Z0-9_]+(?=: )/gm) ?? []);
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

test('the scripts that docker-compose runs exist', (t) => {
  for (const { command } of Object.values(services)) {
    const script = command?.find((word) => word.endsWith('.ts'));
    if (script !== undefined) t.true(existsSync(new URL(script, root)), script);
  }
});
