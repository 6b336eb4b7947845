import { readFileSync } from 'node:fs';
import { parseDocument, validateCatalog } from '@pao/documents';
import { canonicalJson } from '@pao/kernel';

const base = new URL('../../packages/catalog-starter/repository/catalog/', import.meta.url);
const texts = ['compute/eks-application', 'databases/postgresql-standard', 'security/parameterstore-standard'].map(
  (p) => [p, readFileSync(new URL(`${p}.yaml`, base), 'utf8')] as const,
);
const ids = ['compute-eks-application', 'database-postgresql-standard', 'security-parameterstore-standard'];
const files = Array.from({ length: 1000 }, (_, i) => {
  const [p, text] = texts[i % 3]!;
  return { path: `catalog/${p.split('/')[0]}/n${i}.yaml`, text: text.replaceAll(ids[i % 3]!, `${ids[i % 3]}-${i}`) };
});
globalThis.gc?.();
const m0 = process.memoryUsage().heapUsed;
let t = performance.now();
const results = files.map((f) => parseDocument(f.text, { path: f.path }));
console.log('parse', performance.now() - t, results[0]!.findings.length, results.filter((r) => r.document).length);
globalThis.gc?.();
console.log('heap kB/item', (process.memoryUsage().heapUsed - m0) / 1e6);
t = performance.now();
const v = validateCatalog(results);
console.log('together', performance.now() - t, v.documents.length, v.findings.length);
t = performance.now();
let n = 0;
for (const d of v.documents) n += canonicalJson(d.document).length;
console.log('canonical', performance.now() - t, n / 1000);
