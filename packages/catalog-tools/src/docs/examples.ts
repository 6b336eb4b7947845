import { type CatalogDocument, evaluateInput, formSchema, parseCost } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** An example as it is submitted. Secrets are left to whoever runs it. */
export interface ExampleDescription {
  readonly name: string;
  readonly input: JsonObject;
  /** For a POSIX shell. */
  readonly command: string;
  /** Of `POST /api/v1/requests`. */
  readonly body: JsonObject;
  /** What it costs a month, in the document's currency, when the document says. */
  readonly monthly?: number;
}

export const describeExamples = (document: CatalogDocument): readonly ExampleDescription[] => {
  const secrets = new Set(
    formSchema(document)
      .fields.filter(({ secret }) => secret)
      .map(({ path }) => path),
  );
  return (document.examples ?? []).map(({ name, input: given }) => {
    const input = withoutSecrets(given, secrets);
    const monthly = monthlyOf(document, given);
    return {
      name,
      input,
      command: commandOf(document, input),
      body: { items: [{ schemaVersion: 'catalog/v1', [idKey(document)]: document.metadata.id, input }] },
      ...(monthly === undefined ? {} : { monthly }),
    };
  });
};

const SECRET = '<secret>';

const withoutSecrets = (input: JsonObject, secrets: ReadonlySet<string>, prefix = ''): JsonObject =>
  Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const path = `${prefix}${key}`;
      if (secrets.has(path)) return [key, SECRET];
      return [key, isJsonObject(value) && prefix === '' ? withoutSecrets(value, secrets, `${path}.`) : value];
    }),
  );

const idKey = ({ kind }: CatalogDocument): string => (kind === 'CatalogItem' ? 'catalogItemId' : 'bundleId');

const monthlyOf = (document: CatalogDocument, input: JsonObject): number | undefined => {
  if (document.kind === 'CatalogBundle' || document.cost === undefined) return undefined;
  const evaluated = evaluateInput(document, input);
  const cost = parseCost(document.cost.monthly);
  if (!evaluated.ok || !cost.ok) return undefined;
  const monthly = cost.value.evaluate({ current: evaluated.value.values });
  return monthly.ok ? Math.round(monthly.value * 100) / 100 : undefined;
};

/** `devctl request submit` with a setting for each field. */
export const commandOf = ({ kind, metadata }: CatalogDocument, input: JsonObject): string => {
  const what = `${kind === 'CatalogItem' ? '--item' : '--bundle'} ${shellWord(metadata.id)}`;
  const settings = Object.entries(input).flatMap(([key, value]) =>
    isJsonObject(value) && key !== 'name'
      ? Object.entries(value).map(([id, inner]) => setting(`${key}.${id}`, inner))
      : [setting(key, value)],
  );
  return ['devctl request submit', what, ...settings.map((one) => `--set ${shellWord(one)}`)].join(' \\\n  ');
};

// What devctl would read as a number or a truth value is given as JSON, and so is what a terminal must not be given.
const setting = (path: string, value: Json): string => {
  const literal =
    typeof value === 'string' && !/^(true|false|-?\d[\d.]*)$/.test(value) && !/[\p{Cc}\p{Cf}]/u.test(value);
  return literal || typeof value === 'number' || typeof value === 'boolean'
    ? `${path}=${String(value)}`
    : `${path}:=${escaped(JSON.stringify(value))}`;
};

const escaped = (json: string): string =>
  json.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
