import { EXECUTOR_MUTANTS } from './executor-mutants.ts';
import { FOLLOW_UP_MUTANTS } from './follow-up-mutants.ts';
import type { Mutant } from './mutant.ts';
import { PEOPLE_MUTANTS } from './people-mutants.ts';
import { QUOTA_MUTANTS } from './quota-mutants.ts';
import { RECORD_MUTANTS } from './record-mutants.ts';
import { REQUEST_MUTANTS } from './request-mutants.ts';
import { STAGE_MUTANTS } from './stage-mutants.ts';
import { TICKET_MUTANTS } from './ticket-mutants.ts';

export const MUTANTS: readonly Mutant[] = [
  ...REQUEST_MUTANTS,
  ...RECORD_MUTANTS,
  ...PEOPLE_MUTANTS,
  ...EXECUTOR_MUTANTS,
  ...TICKET_MUTANTS,
  ...QUOTA_MUTANTS,
  ...STAGE_MUTANTS,
  ...FOLLOW_UP_MUTANTS,
];

export const mutantNamed = (name: string): Mutant => {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`there is no mutant ${JSON.stringify(name)}`);
  return mutant;
};
