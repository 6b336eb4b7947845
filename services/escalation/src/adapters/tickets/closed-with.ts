import { hash } from 'node:crypto';
import { canonicalJson } from '@pao/kernel';
import type { Look } from '../../core/domain/tickets/hand-back.ts';
import type { HandBack } from '../../core/domain/tickets/handover.ts';

/** What is known of a ticket that is closed. @param problem what is wrong with the outputs that were written there */
export const closedWith = (
  handBack: HandBack,
  problem: string | undefined,
): Pick<Look, 'handBack' | 'digest' | 'unreadable'> => {
  const { outcome, resolution, outputs } = handBack;
  const digest = hash('sha256', canonicalJson({ outcome, resolution, outputs, problem }));
  return { handBack, digest, ...(problem !== undefined && { unreadable: [{ field: 'outputs', issue: problem }] }) };
};
