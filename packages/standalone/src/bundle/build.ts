// Run by `npm ci`: puts all modules of `npm start` into a few files. Of two thousand, each costs a look-up, a read and a link.
// `node packages/standalone/src/bundle/build.ts [directory]`; another directory is for tests.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { errorMessage } from '@pao/kernel';
import type * as Esbuild from 'esbuild';
import { BUNDLE, ENTRIES, type Input, inputAt, ROOT } from './bundle.ts';

const root = fileURLToPath(ROOT);
const entryAt = new Map(Object.entries(ENTRIES).map(([name, path]) => [resolve(root, path), `./${name}.mjs`]));

/** What a module finds beside itself it still finds there, seen from the bundle's directory; what is an entry it finds in the bundle. */
const keepPlaces = (source: string, path: string, directory: string): string =>
  source.replaceAll(/new URL\('([^']+)', import\.meta\.url\)|import\.meta\.url/g, (_, target: string | undefined) => {
    if (target === undefined) return `new URL('${relative(directory, path)}', import.meta.url).href`;
    const file = resolve(dirname(path), target);
    const folder = target.endsWith('/') ? '/' : '';
    return `new URL('${entryAt.get(file) ?? relative(directory, file) + folder}', import.meta.url)`;
  });

const places = (directory: string): Esbuild.Plugin => ({
  name: 'places',
  setup: (build) => {
    build.onLoad({ filter: /\/(packages|services|contracts)\/.*\.ts$/ }, async ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      return { contents: keepPlaces(await readFile(path, 'utf8'), path, directory), loader: 'ts' };
    });
  },
});

const isEsm = async (path: string): Promise<boolean> => {
  const manifest = findPackageJSON(pathToFileURL(path));
  return manifest !== undefined && JSON.parse(await readFile(manifest, 'utf8')).type === 'module';
};

/** A module of CommonJS that is loaded when it is needed would lose the names of its exports: it stays where it is. */
const later = (directory: string): Esbuild.Plugin => ({
  name: 'later',
  setup: (build) => {
    build.onResolve({ filter: /^[a-z@]/ }, async ({ kind, path, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || path.startsWith('node:') || pluginData === later) return undefined;
      const found = await build.resolve(path, { kind, resolveDir, pluginData: later });
      if (found.external || (await isEsm(found.path))) return found;
      return { path: relative(directory, found.path), external: true };
    });
  },
});

/** Modules of CommonJS find in the bundle what Node.js gives them elsewhere. */
const COMMONJS = `import { createRequire as bundleRequire } from 'node:module';
const require = bundleRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

const bundle = ({ build }: typeof Esbuild, directory: string): Promise<Esbuild.BuildResult<{ metafile: true }>> =>
  build({
    absWorkingDir: root,
    entryPoints: Object.entries(ENTRIES).map(([out, path]) => ({ in: path, out })),
    outdir: directory,
    // Else Node.js would look into each file for what it is.
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // As Node.js looks for modules, without the builds that are meant for bundlers.
    conditions: [],
    metafile: true,
    // For `node --enable-source-maps`: stack traces then name the sources.
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
    banner: { js: COMMONJS },
    plugins: [places(directory), later(directory)],
    // Loaded for tracing only, which does without the bundle.
    external: ['@opentelemetry/sdk-node', '@opentelemetry/instrumentation*', '@opentelemetry/auto-*'],
  });

/** Files of packages change with the list of what is installed alone. */
const watched = (inputs: readonly string[]): readonly Input[] => {
  const own = inputs.filter((path) => !path.startsWith('node_modules/') && !path.includes(':'));
  return [...own, 'node_modules/.package-lock.json'].map(inputAt);
};

/** Makes the bundle in a directory inside the repository's `node_modules`, in place of what is there. */
const makeBundle = async (esbuild: typeof Esbuild, into: URL): Promise<void> => {
  const directory = fileURLToPath(into);
  await rm(directory, { recursive: true, force: true });
  const { metafile } = await bundle(esbuild, directory);
  // Last, under its own name only when it is whole: without it there is no bundle.
  const file = `${directory}inputs.json`;
  await writeFile(`${file}.new`, JSON.stringify(watched(Object.keys(metafile.inputs))));
  await rename(`${file}.new`, file);
};

const installed = async (): Promise<typeof Esbuild | undefined> => {
  try {
    return await import('esbuild');
  } catch {
    // Installed without what development needs.
    return undefined;
  }
};

if (import.meta.main) {
  try {
    const esbuild = await installed();
    const [, , directory] = process.argv;
    if (esbuild) await makeBundle(esbuild, directory === undefined ? BUNDLE : pathToFileURL(`${resolve(directory)}/`));
  } catch (error) {
    // An installation without it is as good, and starts more slowly.
    process.stderr.write(`npm start will run from the sources: there is no bundle of them (${errorMessage(error)}).\n`);
  }
}
