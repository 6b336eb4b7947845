import test from 'ava';
import { validateCatalog } from './catalog.ts';
import { frameExample, NEIGHBOURS } from './codes/frames.ts';
import { CODES, type Code } from './codes.ts';
import { type Finding, formatFinding } from './finding.ts';

const findingsOf = (code: Code, snippet: string): readonly Finding[] => {
  const file = frameExample(CODES[code].frame, snippet);
  return validateCatalog([file, ...NEIGHBOURS]).findings.filter((finding) => finding.path === file.path);
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
