import type { Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import formatLimit from 'ajv-formats/dist/limit.js';
import { compilePattern } from '../patterns.ts';

// ajv asks for a RegExp but only ever calls test(); the linear-time engine stands in for it.
const regExp = Object.assign(
  (source: string): RegExp => {
    const pattern = compilePattern(source);
    if (!pattern.ok) throw new SyntaxError(`${pattern.error.message}: ${pattern.error.fragment}`);
    return pattern.value as RegExp;
  },
  { code: 'documentPattern' },
);

const OPTIONS: Options = {
  allErrors: true,
  verbose: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  // Compiling is what the first document waits for; a shared definition is compiled once.
  inlineRefs: false,
  // Decimal steps such as 0.1 have no exact binary form.
  multipleOfPrecision: 9,
  code: { regExp },
};

/** A validator of JSON Schema 2020-12 with linear-time patterns and the formats this package uses; no `$data`. */
export const createAjv = (): Ajv2020 => {
  const ajv = new Ajv2020(OPTIONS);
  ajv.addVocabulary(['x-code']);
  ajv.addFormat('date', fullFormats.date);
  formatLimit.default(ajv);
  ajv.addFormat('email', fullFormats.email);
  return ajv;
};
