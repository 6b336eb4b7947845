import { writeFile } from 'node:fs/promises';
import { createTopology } from '../topology.ts';
import { buildCloudFormation } from './cloudformation.ts';

await writeFile(
  new URL('../../../../infra/aws/bus.template.json', import.meta.url),
  `${JSON.stringify(buildCloudFormation(createTopology()), null, 2)}\n`,
);
