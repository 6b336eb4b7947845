import type { Code } from '../codes.ts';
import { type JsonSchema, text } from './json-schema.ts';

const KEBAB_CASE = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';
export const CAMEL_CASE = '^[a-z][a-zA-Z0-9]*$';
const SEMVER =
  '^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$';

/** Texts of a certain form that documents use all over. */
export const nameDefinitions = {
  kebabCase: { type: 'string', pattern: KEBAB_CASE, maxLength: 100 },
  camelCase: { type: 'string', pattern: CAMEL_CASE, maxLength: 64 },
  semver: { type: 'string', pattern: SEMVER, maxLength: 64 },
  duration: { type: 'string', pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$', 'x-code': 'DURATION_INVALID' },
  expression: text({ maxLength: 2_000, description: 'JMESPath.' }),
  secretRef: text({
    maxLength: 256,
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_./:#@+=-]*$',
    description:
      'Name of a secret the executor resolves, such as env:NAME, file:NAME, aws-sm:NAME, aws-ssm:NAME or vault:MOUNT/PATH#KEY; never the secret.',
    'x-code': 'SECRET_REF_INVALID',
  }),
} as const satisfies { readonly [name: string]: JsonSchema };

/** The definition itself rather than a reference to it: a finding's code stands beside the rule that is broken. */
export const coded = (name: keyof typeof nameDefinitions, code: Code): JsonSchema => ({
  ...nameDefinitions[name],
  'x-code': code,
});
