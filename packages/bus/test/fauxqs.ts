import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { AwsConnection } from '../src/index.ts';

export interface TestServer {
  readonly server: FauxqsServer;
  readonly connection: Required<AwsConnection>;
}

export const startTestServer = async (): Promise<TestServer> => {
  const region = 'eu-central-1';
  const server = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { server, connection: { endpoint: server.address, region, credentials } };
};
