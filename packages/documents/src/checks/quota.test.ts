import test from 'ava';
import { frameExample } from '../codes/frames.ts';
import { formatFinding } from '../finding.ts';
import { parseDocument } from '../parse.ts';

const findings = (quota: string): readonly string[] => {
  const { path, text } = frameExample('item', `policy: { quota: ${quota} }\n`);
  return parseDocument(text, { path }).findings.map((finding) => formatFinding(finding).replace(/^\S+ /, ''));
};

test('a quota says per whom and how many, of a resource in kebab-case', (t) => {
  for (const quota of [
    '{ per: team, max: 10, resource: databases }',
    '{ per: user, max: 0 }',
    '{ per: tenant, max: 1 }',
  ])
    t.deepEqual(findings(quota), [], quota);
  for (const [quota, place] of [
    ['{ per: company, max: 1 }', /per/],
    ['{ per: team }', /max/],
    ['{ per: team, max: -1 }', /max/],
    ['{ per: team, max: 1.5 }', /max/],
    ['{ per: team, max: 10000000000 }', /max/],
    ['{ per: team, max: "1" }', /max/],
    ['{ per: team, max: 1, resource: My databases }', /resource/],
    ['{ per: team, max: 1, resource: "{{.current.name}}" }', /resource/],
    ['{ per: team, max: 1, most: 2 }', /most/],
  ] as const) {
    const [first = 'nothing'] = findings(quota);
    t.regex(first, /^error /, quota);
    t.regex(first, place, quota);
  }
});
