import { readFileSync } from 'node:fs';
import test from 'ava';

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

// npm install leaves out what it can't reach at that moment (a binary for another platform), and npm ci then refuses the lock.
test('the lock file has every optional dependency of every package, of all platforms', (t) => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${path}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
    ),
  );
  t.deepEqual(missing, []);
});
