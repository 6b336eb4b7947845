// Prints what a first installation needs, as the lines of an .env file: `node services/gateway/src/new-keys.ts > .env`.
// The API key itself goes to standard error, once; the gateway knows only its hash. With the argument `data-key` it prints another
// data key alone: to change keys, put it in front of those that PAO_DATA_KEYS has.
import { createHash, randomBytes } from 'node:crypto';
import { generateIdentityKeys } from '@pao/http';
import { newDataKey } from '@pao/runtime';

const dataKey = `PAO_DATA_KEYS='${newDataKey()}'\n`;
if (process.argv[2] === 'data-key') {
  process.stdout.write(dataKey);
  process.exit();
}

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
    `PAO_API_KEYS='${JSON.stringify([entry])}'\n${dataKey}`,
);
process.stderr.write(`API key of ${entry.email}, shown this once: ${apiKey}\n`);
