// @boundaries-ignore the code under test
import type { Person } from '../../../services/request/src/core/domain/may-decide.ts';
// @boundaries-ignore the code under test
import type { Request } from '../../../services/request/src/core/domain/request.ts';
// @boundaries-ignore the code under test
import type { DecideCommand } from '../../../services/request/src/core/use-cases/decide-request.ts';
// @boundaries-ignore the code under test
import type { SubmitCommand } from '../../../services/request/src/core/use-cases/submit-requests.ts';
import type { Life } from '../engine/scheduler.ts';
import { callApi } from './api.ts';
import { OFFERED } from './documents.ts';
import type { DecisionTry, SubmissionTry } from './history.ts';
import { outputsByHand } from './jira-people.ts';
import { context, PEOPLE } from './persons.ts';
import { newLife } from './process.ts';
import type { RequestApi } from './request-process.ts';
import { TENANT } from './tenant.ts';
import { agree, vote } from './votes.ts';
import type { World } from './world.ts';

/** Milliseconds in which people do something at all. */
const BUSY_MS = 5 * 60_000;
/** How often somebody looks at a request. */
const LOOK_MS = 18_000;
const MAX_REPEATS = 4;

type Wish = DecideCommand['wish'];

interface Parts {
  readonly world: World;
  readonly apis: () => readonly RequestApi[];
}

type Sleep = (ms: number) => Promise<void>;

const sleepOf =
  ({ scheduler }: World, life: Life): Sleep =>
  (ms) =>
    new Promise((resolve) => scheduler.after(ms, life, '', resolve));

/** Everybody who does something in a run. */
export const startPeople = (parts: Parts): void => {
  const { world } = parts;
  const { random, scheduler } = world;
  // In some runs everybody wants what there is too little of.
  const wanted = random.chance(0.15) ? (['scarce', 'approved', 'one'] as const) : OFFERED;
  const submissions = 1 + random.int(wanted === OFFERED ? 3 : 5);
  const asked = new Map<string, number>();
  for (let number = 0; number < submissions; number += 1) {
    const person = random.pick(PEOPLE);
    asked.set(person.id, (asked.get(person.id) ?? 0) + 1);
    const key = random.chance(0.8) ? `key-${asked.get(person.id)}` : undefined;
    const life = newLife(world, `person-${number}`);
    scheduler.after(
      random.between(0, 120_000),
      life,
      '',
      () => void submitAndWatch(parts, { life, person, number, key, wanted }),
    );
  }
};

interface Actor {
  readonly life: Life;
  readonly person: Person;
  readonly number: number;
  readonly key: string | undefined;
  readonly wanted: readonly string[];
}

const submitAndWatch = async (parts: Parts, actor: Actor): Promise<void> => {
  const { world } = parts;
  const answer = await submit(parts, actor);
  for (const { id } of answer?.requests ?? []) {
    // The requester's own look, and now and then somebody else's at the same time.
    const watchers = world.random.chance(0.5) ? [actor.person] : [actor.person, world.random.pick(PEOPLE)];
    for (const [index, person] of watchers.entries()) {
      const life = newLife(world, `person-${actor.number}${'ab'[index] ?? ''}`);
      world.scheduler.after(1, life, '', () => void watch(parts, { ...actor, life, person }, id));
    }
  }
};

const submit = async ({ world, apis }: Parts, { life, person, number, key, wanted }: Actor) => {
  const { random, history } = world;
  const items = Array.from({ length: random.chance(0.7) ? 1 : 2 }, (_, index) => {
    const id = random.pick(wanted);
    const kind = id === 'bundle' ? ('bundle' as const) : ('item' as const);
    return { kind, id, input: { name: `thing-${number}-${index}` } };
  });
  const fingerprint = JSON.stringify(items);
  const command: SubmitCommand = {
    items,
    tenantId: TENANT,
    requester: { id: person.id, email: person.email, name: null, teams: person.teams },
    context: context(person),
    ...(key !== undefined && { idempotency: { key, fingerprint } }),
  };
  const made: SubmissionTry = {
    by: person.id,
    key,
    names: items.map(({ input }) => input.name),
    answers: [],
    refusals: [],
  };
  history.submissions.push(made);
  const sleep = sleepOf(world, life);
  // Without a key a call whose answer was lost is not made again: it might be done twice.
  const repeats = key === undefined ? 1 : 1 + random.int(MAX_REPEATS);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const calls = key !== undefined && random.chance(0.2) ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: calls }, () => callApi(world, life, apis, (api) => api.submit(command))),
    );
    for (const answered of answers) {
      if (answered.kind !== 'answer') continue;
      if (answered.value.ok) made.answers.push(answered.value.value);
      else made.refusals.push(answered.value.error.kind);
    }
    const answered = answers.some(({ kind }) => kind === 'answer');
    if (answered && random.chance(0.7)) break;
    await sleep(random.between(100, 30_000));
  }
  return made.answers[0];
};

/** Looks at a request now and then, and decides what there is to decide, wisely or not. */
const watch = async ({ world, apis }: Parts, actor: Actor, requestId: string): Promise<void> => {
  const { random, scheduler } = world;
  const sleep = sleepOf(world, actor.life);
  while (scheduler.now < BUSY_MS) {
    await sleep(random.between(1_000, LOOK_MS));
    const seen = await callApi(world, actor.life, apis, (api) => api.read(TENANT, requestId));
    if (seen.kind !== 'answer' || seen.value === undefined) continue;
    await agree({ world, apis }, actor.life, seen.value);
    if (seen.value.status === 'awaiting-approval') await vote({ world, apis }, actor.life, seen.value);
    const wish = wishFor(world, seen.value);
    if (wish === undefined) continue;
    // Whoever thinks about it decides on what was there a while ago.
    if (random.chance(0.5)) await sleep(random.between(0, 20_000));
    await decide({ world, apis }, actor, { request: seen.value, wish });
  }
};

/** What somebody may do by hand: whatever an executor is not at. */
const OPEN_FOR_PEOPLE: ReadonlySet<string> = new Set(['failed', 'stuck', 'waiting']);

const wishFor = ({ random, weather }: World, { status, tasks }: Request): Wish | undefined => {
  const reason = null;
  if (status === 'failed' && random.chance(weather.handovers)) return { kind: 'escalate', reason };
  if (status === 'failed' && random.chance(0.55)) {
    return { kind: 'retry', reason, acknowledgeUnknown: random.chance(0.6) };
  }
  if (status === 'failed' && random.chance(0.4)) return { kind: 'escalate', reason };
  if (status === 'escalated' && random.chance(0.35)) return { kind: 'resume', reason };
  const open = tasks.filter((task) => OPEN_FOR_PEOPLE.has(task.status));
  const isTheirs = status === 'failed' || status === 'escalating' || status === 'escalated';
  if (isTheirs && open.length > 0 && random.chance(0.2)) {
    return { kind: 'complete-task', taskId: random.pick(open).id, outputs: outputsByHand(random.int(1_000)), reason };
  }
  const mayAbort = isTheirs || status === 'processing' || status === 'submitted' || status === 'retrying';
  return mayAbort && random.chance(0.07) ? { kind: 'abort', reason: 'not needed' } : undefined;
};

interface Deciding {
  readonly request: Request;
  readonly wish: Wish;
}

const decide = async ({ world, apis }: Parts, { life, person }: Actor, { request, wish }: Deciding): Promise<void> => {
  const { random, history } = world;
  const key = random.chance(0.6) ? `decision-${random.int(1_000_000)}` : undefined;
  const version = random.chance(0.5) ? request.version : undefined;
  const command: DecideCommand = {
    requestId: request.id,
    tenantId: TENANT,
    by: person,
    wish,
    context: context(person),
    ...(version !== undefined && { version }),
    ...(key !== undefined && { idempotency: { key, fingerprint: JSON.stringify(wish) } }),
  };
  const acknowledged = wish.kind === 'retry' && wish.acknowledgeUnknown;
  const made: DecisionTry = {
    by: person.id,
    requestId: request.id,
    kind: wish.kind,
    key,
    version,
    acknowledged,
    answers: [],
  };
  history.decisions.push(made);
  const sleep = sleepOf(world, life);
  const repeats = key === undefined ? 1 : 1 + random.int(3);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const calls = key !== undefined && random.chance(0.3) ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: calls }, () => callApi(world, life, apis, (api) => api.decide(command))),
    );
    for (const answer of answers) {
      if (answer.kind === 'answer' && answer.value.ok) made.answers.push(JSON.stringify(answer.value.value));
    }
    if (answers.some(({ kind }) => kind === 'answer') && random.chance(0.6)) return;
    await sleep(random.between(100, 10_000));
  }
};
