import { readFileSync } from 'node:fs';
import { formatFinding, validateCatalog } from '@pao/documents';

const base = new URL('../../packages/catalog-starter/repository/', import.meta.url);
const paths = [
  'catalog/compute/eks-application.yaml',
  'catalog/databases/postgresql-standard.yaml',
  'catalog/security/parameterstore-standard.yaml',
  'bundles/webapp-standard.yaml',
];
const r = validateCatalog(
  paths.map((path) => ({ path, text: readFileSync(new URL(path, base), 'utf8') })),
  { strict: true } as never,
);
for (const f of r.findings) console.log(formatFinding(f));
