// Prints what a first installation needs, as the lines of an .env file: `node services/gateway/src/new-keys.ts > .env`.
// The API key itself goes to standard error, once; the gateway knows only its hash.
import { createHash, randomBytes } from 'node:crypto';
import { generateIdentityKeys } from '@pao/http';

const { privateKey, publicKeys } = await generateIdentityKeys();
const apiKey = `pao_${randomBytes(32).toString('base64url')}`;
const entry = {
  name: 'first',
  sha256: createHash('sha256').update(apiKey).digest('hex'),
  email: 'admin@example.test',
  teams: ['platform'],
  roles: ['admin'],
  tenant: 'default',
};

process.stdout.write(
  `PAO_IDENTITY_PRIVATE_KEY='${JSON.stringify(privateKey)}'\n` +
    `PAO_IDENTITY_PUBLIC_KEYS='${JSON.stringify(publicKeys)}'\n` +
    `PAO_API_KEYS='${JSON.stringify([entry])}'\n`,
);
process.stderr.write(`API key of ${entry.email}, shown this once: ${apiKey}\n`);
