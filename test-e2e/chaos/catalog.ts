import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formOf, itemDocument } from '../harness/item-document.ts';

/** Where the documents find the target; each executor is told where that is for itself. */
export const TARGET = 'target.chaos.test:80';

/** The same target, behind a network that breaks in the middle of its answers. */
export const BROKEN_TARGET = 'broken.chaos.test:80';

/** Long enough for a machine that is busy with starting what was killed, short enough for leases to end within the run. */
const TIMEOUT = 4;

const rest = (id: string, host = TARGET): string => `
      - type: rest-api
        id: ${id}
        timeout: ${TIMEOUT}
        config:
          endpoint: { url: "http://${host}/${id}", method: POST }
          body: { type: json, contentTemplate: { name: "{{.current.name}}", request: "{{.system.requestId}}" } }`;

const ticket = `
      - type: jira-ticket
        id: ticket
        timeout: ${TIMEOUT}
        config: { ticket: { project: PLAT, summaryTemplate: "Do {{.current.name}}" } }`;

const commit = `
      - type: git-commit
        id: commit
        timeout: ${TIMEOUT}
        config:
          repository: octo/infra
          branch: main
          commitMessage: "Add {{.current.name}}"
          files: [{ path: "things/{{.current.name}}.yaml", operation: create, contentTemplate: "name: {{.current.name}}" }]
          createPullRequest: true
          pullRequestTitle: "Add {{.current.name}}"`;

const described = (id: string, actions: readonly string[], version = '1.0.0'): string =>
  itemDocument({
    ...{ id, version },
    name: id,
    description: 'Calls what has a ledger of its own, so that every effect can be counted while processes are killed.',
    actions,
  });

const bundle = `schemaVersion: catalog/v1
kind: CatalogBundle
metadata:
  id: bundle-chaos
  name: Chaos
  description: Two components in a row, whose effects are counted while processes are killed.
  version: 1.0.0
  owner: { team: testing, contact: testing@example.test }
components:
  - { id: one, catalogItem: testing-steps, dependsOn: [] }
  - { id: two, catalogItem: testing-outside, dependsOn: [one] }
input:
  form:
${formOf([])}`;

/** What the load asks for, with the tasks of each in their order. */
export const OFFERS: readonly { readonly catalogItemId?: string; readonly bundleId?: string }[] = [
  { catalogItemId: 'testing-steps' },
  { catalogItemId: 'testing-outside' },
  { bundleId: 'bundle-chaos' },
];

export const writeChaosCatalog = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'catalog/testing'), { recursive: true });
  await mkdir(join(folder, 'bundles'), { recursive: true });
  const steps = [rest('first'), rest('second'), rest('third')];
  await writeFile(join(folder, 'catalog/testing/steps.yaml'), described('steps', steps));
  await writeFile(join(folder, 'catalog/testing/broken.yaml'), described('broken', [rest('broken', BROKEN_TARGET)]));
  const outside = [ticket, commit, rest('last')];
  await writeFile(join(folder, 'catalog/testing/outside.yaml'), described('outside', outside));
  await writeFile(join(folder, 'bundles/chaos.yaml'), bundle);
};

/** Another version of an item that nobody asks for: the catalog has something to tell. */
export const writeVersion = (folder: string, number: number): Promise<void> =>
  writeFile(join(folder, 'catalog/testing/spare.yaml'), described('spare', [rest('spare')], `1.0.${number}`));
