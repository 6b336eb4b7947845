import { err, ok, type Result, TransientError } from '@pao/kernel';
import { advance, type Recording, recordSubmission } from '../domain/audit.ts';
import { createRequest } from '../domain/create.ts';
import { requestApproval } from '../domain/decide-approval.ts';
import { dispatchDue } from '../domain/dispatch.ts';
import { costOf } from '../domain/estimate.ts';
import { itemPlanOf } from '../domain/item-plan.ts';
import { neededApprovals } from '../domain/needed-approvals.ts';
import type { Plan } from '../domain/plan.ts';
import type { Requester } from '../domain/request.ts';
import type { AnswerKey, NextVersion, Submission } from '../ports/request-store.ts';
import type { Sealer } from '../ports/sealer.ts';
import { approvalMessages } from './approval-messages.ts';
import { type CallContext, causeOf } from './caller.ts';
import { changedPlans, type PlanChanged } from './changed-plans.ts';
import type { Dependencies } from './dependencies.ts';
import { commandMessage, outcomeMessages, submittedMessage } from './messages.ts';
import { type PlannedItems, planItems, type Rejection, type RequestedItem } from './plan-items.ts';
import { type QuotaRefusal, quotaRefusal } from './quota-views.ts';
import { sealRequest } from './sealed-secrets.ts';
import { type Accepted, acceptedView } from './views.ts';

export interface SubmitCommand {
  readonly items: readonly RequestedItem[];
  readonly tenantId: string;
  readonly requester: Requester;
  readonly context: CallContext;
  /** Present when the caller wants the same answer for the same call. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

/** `other-body`: the key was used for another call. */
export type SubmitError = Rejection | PlanChanged | QuotaRefusal | { readonly kind: 'other-body' };

const STATUS = 202;
const ROUTE = 'submitRequests';
/** How often the catalog may change under one submission. */
const MAX_ROUNDS = 5;
/** For how long a refusal may rest on an older catalog. */
const MAX_AGE_MS = 1_000;

/** Takes an array of items and bundles: every one becomes a request with its first tasks queued, or nothing is stored. */
export const submitRequests =
  (dependencies: Dependencies) =>
  async (command: SubmitCommand): Promise<Result<Accepted, SubmitError>> => {
    const { catalog, store } = dependencies;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const planned = await planAgreed(dependencies, command);
      if (!planned.ok) {
        // What is remembered of the catalog may be old; the answer to a repeated call does not depend on it at all.
        if (await catalog.refresh(MAX_AGE_MS)) continue;
        return (await findAnswer(dependencies, command)) ?? planned;
      }
      const { accepted, submission } = prepare(planned.value, command, dependencies);
      const outcome = await store.submit(submission);
      if (outcome === 'stored') {
        for (const version of submission.requests) dependencies.commits.committed(version);
        return ok(accepted);
      }
      if (typeof outcome === 'object') {
        // The limit may have been raised meanwhile; whoever repeats a call that was accepted uses nothing more.
        if (await catalog.refresh(MAX_AGE_MS)) continue;
        return (await findAnswer(dependencies, command)) ?? err(quotaRefusal(outcome.exceeded, command.items));
      }
      const answer = outcome === 'answered' ? await findAnswer(dependencies, command) : undefined;
      if (answer) return answer;
      await catalog.refresh(0);
    }
    throw new TransientError('the catalog changes faster than a submission can be stored');
  };

/** The items planned as they are now, each as its caller was shown it where a plan was agreed to. */
const planAgreed = async (
  dependencies: Dependencies,
  { items, tenantId, requester }: SubmitCommand,
): Promise<Result<PlannedItems, Rejection | PlanChanged>> => {
  const planned = await planItems(dependencies, items, { tenantId, requester, obstacles: 'refuse' });
  if (!planned.ok) return planned;
  const changed = changedPlans(items, planned.value.planned, { ...dependencies, requester });
  return changed ? err(changed) : planned;
};

const findAnswer = async (
  { store, sealer }: Dependencies,
  command: SubmitCommand,
): Promise<Result<Accepted, SubmitError> | undefined> => {
  if (!command.idempotency) return undefined;
  const answer = await store.findAnswer(answerKey(command, command.idempotency.key));
  if (!answer) return undefined;
  if (!isSameBody(answer.fingerprint, command.idempotency.fingerprint, sealer)) return err({ kind: 'other-body' });
  return ok(JSON.parse(answer.body) as Accepted);
};

/**
 * What is kept of a body, to tell a repetition from another call. A plain digest of a body with a password would let whoever reads
 * it try passwords until one fits, so it is keyed. Secrets are not left out: a call with another one is another call. Any body may
 * hold one, also where the form drops it; without keys no form that asks for one is taken.
 */
const keptFingerprint = (fingerprint: string, sealer: Sealer | undefined): string =>
  sealer ? sealer.fingerprint(fingerprint) : fingerprint;

const isSameBody = (kept: string, fingerprint: string, sealer: Sealer | undefined): boolean =>
  kept === fingerprint || sealer?.isFingerprintOf(kept, fingerprint) === true;

const answerKey = ({ tenantId, requester }: SubmitCommand, key: string): AnswerKey => ({
  tenantId,
  principal: requester.id,
  route: ROUTE,
  key,
});

const prepare = (
  { planned, references }: PlannedItems,
  command: SubmitCommand,
  dependencies: Dependencies,
): { readonly accepted: Accepted; readonly submission: Submission } => {
  const { newId, now, digest, platform, sealer } = dependencies;
  const { context, requester, tenantId, idempotency } = command;
  const at = now();
  const submissionId = newId();
  const recording = { cause: causeOf(context, requester.email, at), digest };
  const facts = {
    submissionId,
    tenantId,
    requester,
    correlationId: context.correlationId,
    traceId: context.traceId ?? null,
    createdAt: at,
  };
  const requests = planned.map(({ plan, selection, team, quota }, index) => {
    const approvals = neededApprovals(selection, plan, { requester, platform });
    // What people are asked to approve has a name, also where nobody looked at the plan before.
    const planDigest =
      command.items[index]?.planDigest ??
      (approvals.length > 0 ? itemPlanOf(selection, plan, { requester, platform, digest }).digest : null);
    const agreed = { planDigest, cost: costOf(selection, plan), team, quota, approvals };
    const request = sealRequest(createRequest(plan, { ...facts, ...agreed }, newId), plan, sealer);
    return firstVersion(request, plan, { recording, traceparent: context.traceparent, dependencies });
  });
  const accepted = acceptedView(
    submissionId,
    context.correlationId,
    requests.map(({ request }) => request),
  );
  const stored = idempotency && {
    key: answerKey(command, idempotency.key),
    stored: {
      fingerprint: keptFingerprint(idempotency.fingerprint, sealer),
      status: STATUS,
      body: JSON.stringify(accepted),
    },
  };
  return {
    accepted,
    submission: { id: submissionId, requests, documents: references, ...(stored && { answer: stored }) },
  };
};

interface VersionContext {
  readonly recording: Recording;
  readonly traceparent: string | undefined;
  readonly dependencies: Dependencies;
}

const firstVersion = (
  created: NextVersion['request'],
  plan: Plan,
  { recording, traceparent, dependencies: { newId, platform, sealer, callbacks } }: VersionContext,
): NextVersion => {
  const opening = requestApproval(created, recording.cause.at);
  const submitted = advance(recordSubmission(created, recording), opening, recording);
  const { progress, dispatched } = dispatchDue(submitted, { plan, platform, recording });
  const context = { newId, at: recording.cause.at, traceparent, sealer, callbacks };
  return {
    ...progress,
    messages: [
      submittedMessage(created, context),
      ...approvalMessages(progress.request, opening, context),
      ...dispatched.map((task) => commandMessage(created, task, context)),
      ...outcomeMessages(created, progress.request, context),
    ],
  };
};
