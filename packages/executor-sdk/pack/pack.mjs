// Makes the package that teams install: JavaScript in a few files, declarations, migrations, pacts and JSON Schemas of the messages.
// What is of this repository goes inside; libraries stay dependencies. Node.js strips types only outside of node_modules.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const own = join(root, 'packages/executor-sdk');
const output = resolve(process.argv[2] ?? join(root, '.pao/packages'));
const folder = mkdtempSync(join(tmpdir(), 'pao-pack-'));

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const placeOf = (name) => (name === 'contracts' ? 'contracts' : `packages/${name}`);

/** Where files lie that the code finds beside itself. */
const FILES = [
  [/executor-sdk\/src\/adapters\/postgres\/migrations\.ts$/, '../../../migrations/', '../migrations/ledger/'],
  [/postgres\/src\/migrate\/migrate\.ts$/, '../../migrations/', '../migrations/outbox/'],
  [/executor-sdk\/src\/testing\/pacts-folder\.ts$/, '../../../../contracts/pacts/', '../pacts/'],
];

const beside = {
  name: 'beside',
  setup: ({ onLoad }) => {
    for (const [filter, from, to] of FILES)
      onLoad({ filter }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(`'${from}'`)) throw new Error(`${path} does not name ${from}`);
        return { contents: text.replace(`'${from}'`, `'${to}'`), loader: 'ts' };
      });
  },
};

/** Libraries stay outside; what the bundle names of them becomes the dependencies, and one that it names in a text only. */
const used = new Set(['@opentelemetry/instrumentation']);
const outside = {
  name: 'outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@pao/')) return undefined;
      if (!path.startsWith('node:'))
        used.add(
          path
            .split('/')
            .slice(0, path.startsWith('@') ? 2 : 1)
            .join('/'),
        );
      return { path, external: true };
    });
  },
};

const bundle = () =>
  build({
    entryPoints: { index: join(own, 'src/index.ts'), testing: join(own, 'src/testing/index.ts') },
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
    plugins: [beside, outside],
  });

/** Declarations of everything the entry points name, with `@pao/x` as the way to its file. */
const declare = () => {
  const config = join(folder, 'tsconfig.json');
  const options = {
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: join(folder, 'types'), rootDir: root },
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const files = ['index.ts', 'testing/index.ts'].map((file) => join(own, 'src', file));
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions: options, files }));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'inherit' });
  rmSync(config);
  const types = join(folder, 'types');
  for (const entry of readdirSync(types, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const toFile = (_whole, quote, name) => {
      const target = join(types, placeOf(name), 'src/index.js');
      return `${quote}./${relative(dirname(path), target)}${quote}`;
    };
    const text = readFileSync(path, 'utf8')
      .replaceAll(/(['"])@pao\/([a-z-]+)\1/g, toFile)
      .replaceAll(/(from |import\()(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2');
    writeFileSync(path, text);
  }
};

const copyFiles = () => {
  cpSync(join(own, 'migrations'), join(folder, 'migrations/ledger'), { recursive: true });
  cpSync(join(root, 'packages/postgres/migrations'), join(folder, 'migrations/outbox'), { recursive: true });
  for (const name of ['pao-executor-pao-request.json', 'pao-request-pao-executor.json'])
    cpSync(join(root, 'contracts/pacts', name), join(folder, 'pacts', name));
  cpSync(join(root, 'contracts/generated/messages'), join(folder, 'schemas'), { recursive: true });
  for (const name of ['README.md']) cpSync(join(own, name), join(folder, name));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
};

/** As the workspaces have them, whose versions are the same everywhere. */
const versions = () => {
  const places = ['contracts', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)];
  const all = places.flatMap((place) => {
    const { dependencies = {}, devDependencies = {} } = readJson(join(root, place, 'package.json'));
    return Object.entries({ ...devDependencies, ...dependencies });
  });
  return new Map(all);
};

const describe = () => {
  const { name, version, description, license, type } = readJson(join(own, 'package.json'));
  const PACT = '@pact-foundation/pact';
  const known = versions();
  const dependencies = Object.fromEntries(
    [...used].toSorted().flatMap((library) => {
      const range = known.get(library);
      if (library === PACT) return [];
      if (range === undefined) throw new Error(`nobody declares ${library}`);
      return [[library, library === 'zod' ? `^${range}` : range]];
    }),
  );
  const at = (entry, place) => ({
    types: `./types/packages/executor-sdk/src/${place}.d.ts`,
    default: `./dist/${entry}.js`,
  });
  const exports = {
    '.': at('index', 'index'),
    './testing': at('testing', 'testing/index'),
    './pacts/*': './pacts/*',
    './schemas/*': './schemas/*',
  };
  const peers = {
    peerDependencies: { [PACT]: `^${known.get(PACT)}` },
    peerDependenciesMeta: { [PACT]: { optional: true } },
  };
  const engines = { node: readJson(join(root, 'package.json')).engines.node };
  const described = { name, version, description, license, type, engines, exports, dependencies, ...peers };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(described, null, 2)}\n`);
};

try {
  await bundle();
  declare();
  copyFiles();
  describe();
  mkdirSync(output, { recursive: true });
  const args = ['pack', '--pack-destination', output, '--silent'];
  const file = execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }).trim().split('\n').at(-1);
  process.stdout.write(`${join(output, file)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
