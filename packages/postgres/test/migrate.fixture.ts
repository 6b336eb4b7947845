// Migrates as a service's process would: node migrate.fixture.ts <url> <schema> <directory>
import { migrate } from '../src/index.ts';

const [, , url = '', schema = '', directory = ''] = process.argv;
const applied: string[] = [];
const info = (fields: object): void => void applied.push(Object.values(fields).join());
await migrate({ url, schema, directory: new URL(directory), logger: { info } });
process.stdout.write(applied.join(' '));
