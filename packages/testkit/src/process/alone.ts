import { testDatabase } from '../database/database.ts';
import { answersAt, freePort, type RunningProcess, startProcess } from './process.ts';

export interface AloneOptions {
  /** The service's `main.ts`. */
  readonly main: URL;
  /** JWK set: whose identities it trusts. */
  readonly publicKeys: unknown;
}

/** Runs one service as a process of its own on an empty database and without a bus, once it answers. Its address is `url`. */
export const startAlone = async ({
  main,
  publicKeys,
}: AloneOptions): Promise<RunningProcess & { readonly url: string }> => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const started = await startProcess(main, {
    environment: {
      DATABASE_URL: await testDatabase(),
      PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
      PAO_PORT: new URL(url).port,
      // Nobody listens there: what is to be sent waits in the outbox, and consumers keep asking.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    isReady: answersAt(`${url}/api/v1/health`),
  });
  return { ...started, url };
};
