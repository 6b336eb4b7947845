import type { TargetEffect } from '../world/history.ts';
import { STAGES, type Stage } from '../world/staged-action.ts';
import { stepOf } from './expectations.ts';
import type { Facts } from './facts.ts';

/** What waits between its effects takes them in order, and the last only when somebody has agreed. */
export function* stagesFollow({ effectsOf, history, restless }: Facts): Iterable<string> {
  for (const [taskId, effects] of effectsOf) {
    const ofStage = (stage: Stage | undefined): readonly TargetEffect[] =>
      effects.filter(({ key }) => stepOf(key) === stage);
    for (const [index, stage] of STAGES.entries()) {
      for (const { key, sentAt } of index === 0 ? [] : ofStage(stage)) {
        const before = ofStage(STAGES[index - 1]);
        if (!before.some(({ at }) => at <= sentAt)) yield `STAGES ${key} was sent before ${STAGES[index - 1]} was done`;
      }
    }
    for (const { key, sentAt } of ofStage('last')) {
      const agreed = history.agreements.some((one) => one.taskId === taskId && one.approved && one.at <= sentAt);
      if (!agreed) yield `AGREED ${key} was sent and nobody had agreed to it`;
    }
  }
  if (restless.some((what) => what.includes('wait by themselves')))
    yield 'WAKES a task that waits is never looked at again';
}
