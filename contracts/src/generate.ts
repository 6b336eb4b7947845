import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generate/files.ts';
import { errorsPage } from './runbook/text.ts';

const target = new URL('../generated/', import.meta.url);

await rm(target, { recursive: true, force: true });
for (const [path, content] of generatedFiles()) {
  const file = fileURLToPath(new URL(path, target));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

await writeFile(new URL('../../docs/reference/errors.md', import.meta.url), errorsPage());
