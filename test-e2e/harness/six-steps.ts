import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { formOf, itemDocument } from './item-document.ts';

export const STEPS = 6;

/** What every run of a step gives, whoever does it, so that runs can be compared. */
export const gift = (step: number): string => `made-${step}`;

export interface StepCall {
  readonly step: number;
  readonly name: string;
  readonly before: string;
}

const FIELDS = [
  `{ id: failAt, name: Fails at, type: number, default: 0, validation: { min: 0, max: ${STEPS}, integer: true } }`,
];

const FIRST = 1;

const action = (step: number, host: string): string => `
      - type: rest-api
        id: step-${step}
        config:
          endpoint: { url: "http://${host}/steps/${step}", method: POST }
          body: { type: json, contentTemplate: '{"name": "{{.current.name}}", "failAt": {{.current.basic.failAt}}, "before": "${
            step === FIRST ? '' : `{{.output.id${step - 1}}}`
          }"}' }
        outputs: { id${step}: body.id }`;

/** Two steps, the first of which reads what the item before has given. */
const item = (steps: readonly number[], host: string): string =>
  itemDocument({
    id: `pair-${steps.join('-')}`,
    name: `Steps ${steps.join(' and ')}`,
    description: 'Two of six steps in a row, each of which reads what the one before has given.',
    fields: FIELDS,
    ticketOutputs: `{ ${steps.map((step) => `id${step}: customfield_1000${step}`).join(', ')} }`,
    actions: steps.map((step) => action(step, host)),
  });

const bundle = `schemaVersion: catalog/v1
kind: CatalogBundle
metadata:
  id: bundle-six-steps
  name: Six steps
  description: Three components in a row, two steps each, which may be told to fail at any of them.
  version: 1.0.0
  owner: { team: testing, contact: testing@example.test }
components:
  - { id: one, catalogItem: testing-pair-1-2, dependsOn: [] }
  - { id: two, catalogItem: testing-pair-3-4, dependsOn: [one] }
  - { id: three, catalogItem: testing-pair-5-6, dependsOn: [two] }
input:
  form:
${formOf(FIELDS)}`;

/** A catalog with the bundle `bundle-six-steps`. */
export const writeSixSteps = async (folder: string, host: string): Promise<void> => {
  const pairs = [1, 3, 5].map((step) => [step, step + 1]);
  const files: readonly (readonly [string, string])[] = [
    ...pairs.map((steps) => [`catalog/testing/pair-${steps.join('-')}.yaml`, item(steps, host)] as const),
    ['bundles/six-steps.yaml', bundle],
  ];
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
};

/** The target of the steps, with a ledger of its own: it refuses the step that a request says it fails at. */
export const startStepTarget = async () => {
  const calls: StepCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const step = Number(/^\/steps\/(\d)$/.exec(request.url ?? '')?.[1]);
    const { failAt, name, before } = JSON.parse(Buffer.concat(chunks).toString()) as StepCall & { failAt: number };
    calls.push({ step, name, before });
    const isRefused = failAt === step;
    response
      .writeHead(isRefused ? 422 : 201, { 'content-type': 'application/json' })
      .end(JSON.stringify(isRefused ? {} : { id: gift(step) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    callsOf: (name: string) => calls.filter((call) => call.name === name),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
