import { type FakeJira, startFakeGithub, startFakeJira } from '@pao/testkit';
import { startRestTarget, type TargetCall } from '../../harness/rest-target.ts';

/** Sometimes a target takes its time, so that processes die while it works. */
const DELAYS_MS = [0, 0, 5, 20, 60];

/** What requests are called whose second step is refused at first, so that people have something to decide. */
export const REFUSED = 'refused';

/** Says no, and does nothing: for certain. */
export const isRefused = ({ path, body, idempotencyKey }: TargetCall): boolean =>
  path === '/second' && body.includes(`"${REFUSED}-`) && idempotencyKey.includes('-g1-');

/** The name that the system has given a ticket, to know it again. */
export const labelOf = ({ fields }: FakeJira['issues'][number]): string =>
  String((fields['labels'] as readonly string[] | undefined)?.[0]);

/** What the services reach, in this process, which nobody kills: each keeps a ledger of what was asked of it. */
export const startOutside = async () => {
  let calls = 0;
  const [target, jira, github] = await Promise.all([
    startRestTarget((call) => ({
      ...(isRefused(call) && { status: 422 }),
      delayMs: DELAYS_MS[calls++ % DELAYS_MS.length] ?? 0,
    })),
    startFakeJira(),
    startFakeGithub({ repository: 'octo/infra', token: 'github-token', basePath: '/api/v3' }),
  ]);
  github.repository.commit({ 'README.md': '# Infra\n' });
  return {
    target,
    jira,
    github,
    close: async () => void (await Promise.all([target.close(), jira.close(), github.close()])),
  };
};

export type Outside = Awaited<ReturnType<typeof startOutside>>;
