import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formOf, itemDocument } from './item-document.ts';

const FIELDS = ['{ id: size, name: Size, type: number, default: 1, validation: { min: 1, max: 100, integer: true } }'];

interface Steps {
  readonly id: string;
  readonly tasks: number;
  /** Each reads what the one before it gave. */
  readonly chained?: boolean;
}

/** An item of so many tasks in a row, each of which calls the target once. */
const item = ({ id, tasks, chained = false }: Steps, host: string): string => {
  const before = (index: number): string => (chained && index > 1 ? `, "before": "{{.output.id${index - 1}}}"` : '');
  const action = (index: number): string => `
      - type: rest-api
        id: step-${index}
        name: Step ${index}
        config:
          endpoint: { url: "http://${host}/steps/${index}", method: POST }
          body: { type: json, contentTemplate: '{"name": "{{.current.name}}", "request": "{{.system.requestId}}", "size": {{.current.basic.size}}${before(index)}}' }
        outputs: { id${index}: body.id }`;
  return itemDocument({
    id,
    name: `${tasks} steps`,
    description: `Calls a target ${tasks} times in a row, which is what the end-to-end tests and the benchmark ask for.`,
    fields: FIELDS,
    actions: Array.from({ length: tasks }, (_, index) => action(index + 1)),
  });
};

const bundle = `schemaVersion: catalog/v1
kind: CatalogBundle
metadata:
  id: bundle-steps
  name: Steps after steps
  description: Two components, the second of which waits for the first, which is what the end-to-end tests ask for.
  version: 1.0.0
  owner: { team: testing, contact: testing@example.test }
components:
  - { id: second, catalogItem: testing-steps-3, dependsOn: [first] }
  - { id: first, catalogItem: testing-steps-1, dependsOn: [] }
input:
  form:
${formOf(FIELDS)}`;

const write = async (folder: string, path: string, content: string): Promise<void> => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
};

/** Writes a catalog whose items call `host`; they are `testing-steps-1`, `testing-steps-3` and `bundle-steps`. */
export const writeStepCatalog = async (folder: string, host: string): Promise<void> => {
  await write(folder, 'catalog/testing/steps-1.yaml', item({ id: 'steps-1', tasks: 1 }, host));
  await write(folder, 'catalog/testing/steps-3.yaml', item({ id: 'steps-3', tasks: 3 }, host));
  await write(folder, 'bundles/steps.yaml', bundle);
};

/** Adds `testing-chain-3`, whose tasks each read what the one before gave, so that none is begun before that was told. */
export const writeChainedItem = (folder: string, host: string): Promise<void> =>
  write(folder, 'catalog/testing/chain-3.yaml', item({ id: 'chain-3', tasks: 3, chained: true }, host));
