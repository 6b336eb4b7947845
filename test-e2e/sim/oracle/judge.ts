import { answersHold } from './answers.ts';
import { auditIsWhole } from './audit.ts';
import { abortsHold, effectsAreAllowed, endsAreKept, successesAreReal } from './effects.ts';
import { collectFacts, type Facts, type Judged } from './facts.ts';
import { messagesAreTold } from './messages.ts';
import { quotasHold } from './quotas.ts';
import { stagesFollow } from './stages.ts';
import { statesFollow } from './states.ts';
import { ticketsAreMade } from './tickets.ts';
import { ticketsAreHandedBack } from './tickets-back.ts';

/** What each part of the oracle finds is a line that begins with the name of the rule that is broken. */
type Rule = (facts: Facts) => Iterable<string>;

const RULES: readonly Rule[] = [
  answersHold,
  effectsAreAllowed,
  successesAreReal,
  abortsHold,
  endsAreKept,
  statesFollow,
  auditIsWhole,
  messagesAreTold,
  quotasHold,
  stagesFollow,
  ticketsAreMade,
  ticketsAreHandedBack,
];

/** Everything that is wrong with what a run has left. */
export const judge = async (judged: Judged): Promise<readonly string[]> => {
  const facts = await collectFacts(judged);
  const { violations, bugs } = facts.history;
  return [...violations, ...bugs.map((bug) => `NO_BUGS ${bug}`), ...RULES.flatMap((rule) => [...rule(facts)])];
};
