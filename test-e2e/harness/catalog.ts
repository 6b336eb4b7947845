import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formOf, itemDocument } from './item-document.ts';

const FIELDS = ['{ id: size, name: Size, type: number, default: 1, validation: { min: 1, max: 100, integer: true } }'];

/** An item of so many tasks in a row, each of which calls the target once. */
const item = (tasks: number, host: string): string => {
  const action = (index: number): string => `
      - type: rest-api
        id: step-${index}
        name: Step ${index}
        config:
          endpoint: { url: "http://${host}/steps/${index}", method: POST }
          body: { type: json, contentTemplate: '{"name": "{{.current.name}}", "request": "{{.system.requestId}}", "size": {{.current.basic.size}}}' }
        outputs: { id${index}: body.id }`;
  return itemDocument({
    id: `steps-${tasks}`,
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

/** Writes a catalog whose items call `host`; they are `testing-steps-1`, `testing-steps-3` and `bundle-steps`. */
export const writeStepCatalog = async (folder: string, host: string): Promise<void> => {
  const files: readonly [string, string][] = [
    ['catalog/testing/steps-1.yaml', item(1, host)],
    ['catalog/testing/steps-3.yaml', item(3, host)],
    ['bundles/steps.yaml', bundle],
  ];
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
};
