import test from 'ava';
import { validateCatalog } from './catalog.ts';
import { frameExample, NEIGHBOURS } from './codes/frames.ts';
import { CODES, type Code } from './codes.ts';
import { type Finding, formatFinding } from './finding.ts';

/** A pool of another team, as it announces itself. */
const NETWORK = {
  pool: 'network',
  actionTypes: [
    {
      type: 'reserve-address',
      configSchema: { type: 'object', properties: { pool: { type: 'string' } }, additionalProperties: false },
      secretMembers: [],
    },
  ],
};

const findingsOf = (code: Code, snippet: string): readonly Finding[] => {
  const file = frameExample(CODES[code].frame, snippet);
  return validateCatalog([file, ...NEIGHBOURS], { executors: [NETWORK] }).findings.filter(
    (finding) => finding.path === file.path,
  );
};

for (const code of Object.keys(CODES) as Code[]) {
  test(`the bad example of ${code} yields that code and no other`, (t) => {
    const findings = findingsOf(code, CODES[code].bad);
    t.deepEqual(
      [...new Set(findings.map((finding) => `${finding.severity} ${finding.code}`))],
      [`${CODES[code].severity} ${code}`],
      findings.map(formatFinding).join('\n'),
    );
  });

  test(`the good example of ${code} has no finding`, (t) => {
    t.deepEqual(findingsOf(code, CODES[code].good).map(formatFinding), []);
  });
}
