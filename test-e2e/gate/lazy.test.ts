import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Each takes tens of milliseconds or megabytes that an installation which does not use it should not pay. */
const HEAVY = new Set([
  '@octokit/rest',
  'simple-git',
  'jira.js',
  'nodemailer',
  '@smithy/signature-v4',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-ssm',
]);

/** The catalog's own errors are made of simple-git's, which is small. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { catalog: ['simple-git'] };

/** The packages that are loaded along with a module of ours. */
const loadedWith = (path: string): readonly string[] => {
  const program = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({
      resolve: (specifier, context, next) => {
        const found = next(specifier, context);
        seen.add(/.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(found.url)?.[1]);
        return found;
      },
    });
    await import('./${path}');
    console.log(JSON.stringify([...seen]));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(out) as readonly string[];
};

for (const service of ['catalog', 'executor', 'escalation', 'request', 'gateway']) {
  test(`what not every installation uses is not loaded with the ${service} service`, (t) => {
    const loaded = loadedWith(`services/${service}/src/index.ts`);
    t.true(loaded.includes('zod'), 'the hook sees what is loaded');
    t.deepEqual(
      loaded.filter((name) => HEAVY.has(name)),
      NEEDED[service] ?? [],
    );
  });
}
