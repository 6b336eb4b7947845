import { TransientError } from '@pao/kernel';
import type { EscalationApi } from './escalation-process.ts';
import type { Jira } from './jira.ts';
import type { World } from './world.ts';

interface Parts {
  readonly world: World;
  readonly jira: Jira;
  readonly apis: () => readonly EscalationApi[];
}

/** Jira says that an issue changed, once, to whichever process takes it. What gets lost, a sweep has to find. */
export const startWebhook = ({ world, jira, apis }: Parts): void => {
  const { scheduler, random, weather, history, isStormy } = world;
  const notify = async (api: EscalationApi, id: string): Promise<void> => {
    try {
      await api.notice(id);
    } catch (thrown) {
      if (!(thrown instanceof TransientError))
        history.bugs.push(`${api.life.name}: ${String((thrown as Error).stack)}`);
    }
  };
  jira.onChanged(({ id }) => {
    const standing = apis().filter(({ life }) => !life.dead);
    const isLost = isStormy() && random.chance(0.1 + weather.refused + weather.answerLost);
    if (standing.length === 0 || isLost) return;
    const api = random.pick(standing);
    scheduler.after(random.between(10, 3_000), api.life, `webhook: ${id} changed`, () => void notify(api, id));
  });
};
