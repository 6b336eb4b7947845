// Before `npm pack`: the template is the example itself, copied to where the package looks for it.
import { cpSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const [example, template] = [folder('../../../docs/examples/dns-executor/'), folder('../template/')];

rmSync(template, { recursive: true, force: true });
cpSync(example, template, { recursive: true, filter: (path) => !/\/(node_modules|data|\.env)$/.test(path) });
// npm leaves a file of this name out of packages.
try {
  renameSync(`${template}.gitignore`, `${template}gitignore`);
} catch (thrown) {
  if (thrown.code !== 'ENOENT') throw thrown;
}
