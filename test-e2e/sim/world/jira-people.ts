import type { Jira } from './jira.ts';
import type { Issue } from './jira-issues.ts';
import type { World } from './world.ts';

/** What people fill in when they have done a task: whatever any later task may read of it. */
export const outputsByHand = (number: number) => {
  const id = `hand-${number}`;
  return { firstId: id, secondId: id, thirdId: id, lastId: id, neverId: id, stagedId: id, key: id, url: id };
};

/** So often somebody writes what a task came to, at most. */
const MOST_WRITTEN = 3;

/** Those who work on tickets: what they have in mind and have not done yet. */
export interface Desk {
  busy(): number;
}

/** Works on the tickets of escalations, and on those that tasks wait for: closes some as done, some as declined, and leaves the rest. */
export const startDesk = ({ scheduler, random }: World, jira: Jira): Desk => {
  let plans = 0;
  let numbers = 0;
  const later = (ms: number, work: () => void): void => {
    plans += 1;
    scheduler.after(ms, undefined, '', () => {
      plans -= 1;
      work();
    });
  };
  const all = () => outputsByHand((numbers += 1));
  const some = () => ({ firstId: all().firstId });
  const isOpen = (issue: Issue): boolean => !issue.isGone && issue.closed === undefined;

  /** Somebody reads that what was given does not do, and writes more, if still not always enough. */
  const mend = (issue: Issue): void => {
    if (issue.isGone || issue.written.length >= MOST_WRITTEN) return;
    jira.write(issue, issue.written.length < MOST_WRITTEN - 1 && random.chance(0.3) ? some() : all());
  };

  const finish = (issue: Issue): void => {
    if (!isOpen(issue)) return;
    if (random.chance(0.2)) jira.close(issue, "Won't Do", undefined);
    else if (random.chance(0.5)) jira.close(issue, 'Done', all());
    else jira.close(issue, 'Done', random.chance(0.5) ? some() : undefined);
    if (random.chance(0.1)) later(random.between(100, 100_000), () => !isOpen(issue) && reopen(issue));
  };

  const reopen = (issue: Issue): void => {
    if (issue.isGone || issue.closed?.by !== 'people') return;
    jira.reopen(issue);
    later(random.between(1_000, 60_000), () => isOpen(issue) && jira.close(issue, 'Done', all()));
  };

  jira.onCreated((issue) => {
    if (!issue.labels.includes('pao-escalation') && !issue.labels.includes('pao-waiting')) return;
    if (random.chance(0.05)) later(random.between(1_000, 100_000), () => jira.move(issue));
    if (random.chance(0.03)) later(random.between(1_000, 200_000), () => jira.remove(issue));
    if (random.chance(0.6)) later(random.between(1_000, 200_000), () => finish(issue));
  });
  jira.onCommented((issue, name) => {
    if (name.includes('refused')) later(random.between(1_000, 60_000), () => mend(issue));
  });
  return { busy: () => plans };
};
