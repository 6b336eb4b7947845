import { isJsonObject, type Json } from '@pao/kernel';
import { type FakeGithub, startFakeGithub } from '@pao/testkit';
import test from 'ava';
import { createGithubClient } from '../src/adapters/github/github-client.ts';
import { createGithubSource } from '../src/adapters/github/github-source.ts';

type Operation = Parameters<FakeGithub['spoil']>[0];

const WRONG: readonly (Json | undefined)[] = [
  undefined,
  null,
  '',
  'x'.repeat(100_000),
  -1,
  1e300,
  true,
  [],
  {},
  [null],
  '\0',
];

/** Of what is tried in a deep run every so many. */
const STRIDE = process.env['PAO_DEEP'] === '1' ? 1 : 3;

/** Copies of a value, each with one member of it, at any depth, replaced. */
function* everyCopy(value: Json): Generator<Json | undefined> {
  yield* WRONG;
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      for (const copy of everyCopy(member)) yield value.with(index, copy ?? null);
    }
  } else if (isJsonObject(value)) {
    for (const [key, member = null] of Object.entries(value)) {
      for (const copy of everyCopy(member)) {
        const { [key]: _replaced, ...rest } = value;
        yield copy === undefined ? rest : { ...value, [key]: copy };
      }
    }
  }
}

function* spoiledCopies(value: Json): Generator<Json | undefined> {
  let count = 0;
  for (const copy of everyCopy(value)) if (count++ % STRIDE === 0) yield copy;
}

const OPERATIONS: readonly Operation[] = [
  'repos/get',
  'git/get-ref',
  'git/get-commit',
  'git/get-tree',
  'git/get-blob',
  'repos/compare-commits',
];

for (const operation of OPERATIONS) {
  test(`whatever GitHub answers to ${operation}, there is a snapshot of its commit or a reason`, async (t) => {
    const github = await startFakeGithub();
    t.teardown(() => github.close());
    const before = github.repository.commit({ 'catalog/x/a.yaml': 'before' });
    const commit = github.repository.commit({ 'catalog/x/a.yaml': 'a' });
    let wrong: Generator<Json | undefined> | undefined;
    let isDone = false;
    github.spoil(operation, (reply) => {
      // Of a comparison only the first members are read; the rest is thousands of copies of the same.
      wrong ??= spoiledCopies(JSON.parse(JSON.stringify(reply.body)) as Json);
      const next = wrong.next();
      isDone ||= next.done === true;
      return { status: 200, body: next.value === undefined ? undefined : next.value };
    });
    for (let tries = 0; !isDone && tries < 300; tries += 1) {
      const client = createGithubClient({
        apiUrl: github.apiUrl,
        owner: 'octo',
        repository: 'catalog',
        now: () => new Date(),
      });
      const read = await createGithubSource({ client, root: '' }).read({ commit: before, branch: 'main' }, 'always');
      if (!read.ok) t.true(read.error.reason.length > 10 && read.error.reason.length < 500);
      else if (read.value !== 'unchanged') {
        t.is(read.value.commit, commit);
        t.true(read.value.files.every(({ path, text }) => path.startsWith('catalog/') && text === 'a'));
      }
    }
    t.pass();
  });
}
