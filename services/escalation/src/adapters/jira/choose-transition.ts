import type { Transition } from '@pao/jira';

/** What closes a ticket that nobody has to work on: rather something that says that it won't be done than that it is done. */
export const chooseTransition = (
  transitions: readonly Transition[],
  declined: ReadonlySet<string>,
): Transition | undefined => {
  const closing = transitions.filter(({ to }) => to.statusCategory.key === 'done');
  const isDeclining = ({ name, to }: Transition) =>
    declined.has(name.toLowerCase()) || declined.has(to.name.toLowerCase());
  return closing.find(isDeclining) ?? closing[0];
};
