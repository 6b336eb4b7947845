import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;
const PATIENCE_MS = 60_000;

/** Waits until every part of the system says that it is ready. Throws with the last answer when that takes too long. */
export const untilReady = async (api: string): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const response = await fetch(`${api}/api/v1/health/ready`);
    const answer = await response.text();
    if (response.status === 200) return;
    if (performance.now() > deadline) throw new Error(`the system is not ready after a minute: ${answer}`);
    await sleep(POLL_MS);
  }
};
