// @boundaries-ignore the code under test
import type { Request, Task } from '../../../services/request/src/core/domain/request.ts';
import type { Commit, TargetEffect } from '../world/history.ts';
import { partsOfKey, stepOf } from './expectations.ts';
import type { Facts } from './facts.ts';

const atGeneration = (commit: Commit, taskId: string, generation: number): Task | undefined =>
  commit.after.tasks.find((task) => task.id === taskId && task.generation === generation);

/** A command was sent, or its answer is known. */
const SENT: ReadonlySet<string> = new Set(['queued', 'processing', 'completed', 'failed', 'stuck']);

const isIdempotent = ({ key }: TargetEffect, { actionId, catalog }: Task): boolean =>
  key.endsWith('-call') && catalog.id === 'repeatable' && actionId === 'first';

/** Effects happen once, in their order, and only when their turn has come. */
export function* effectsAreAllowed(facts: Facts): Iterable<string> {
  for (const [taskId, effects] of facts.effectsOf) {
    const found = facts.taskOf.get(taskId);
    if (found === undefined) {
      yield `KNOWN_EFFECT ${effects[0]?.key} belongs to no request`;
      continue;
    }
    const commits = facts.commitsOf.get(found.request.id) ?? [];
    yield* happenedOnce(effects, found.task);
    yield* wasApproved(effects, found.request, commits);
    // Each effect of a task by itself: what goes on behind what is done repeats none of it.
    for (const step of new Set(effects.map(({ key }) => stepOf(key)))) {
      const ofStep = effects.filter(({ key }) => stepOf(key) === step);
      yield* repeatedKnowingly(facts, ofStep, commits);
    }
    for (const effect of effects) yield* hadItsTurn(facts, effect, found.task, commits);
    for (const effect of effects) yield* saysWhatItShould(facts, effect, found);
  }
}

function* happenedOnce(effects: readonly TargetEffect[], task: Task): Iterable<string> {
  const keys = effects.map(({ key }) => key);
  for (const key of new Set(keys)) {
    const times = keys.filter((other) => other === key).length;
    const [effect] = effects;
    if (times > 1 && effect && !isIdempotent(effect, task)) yield `AT_MOST_ONCE ${key} happened ${times} times`;
  }
}

/** A later generation may repeat an effect only after a person was told that it may have happened, and wanted it all the same. */
function* repeatedKnowingly(
  { history }: Facts,
  effects: readonly TargetEffect[],
  commits: readonly Commit[],
): Iterable<string> {
  const generations = new Set(effects.map(({ key }) => partsOfKey(key).generation));
  if (generations.size < 2) return;
  const { taskId } = partsOfKey(effects[0]?.key ?? '');
  for (const generation of generations) {
    if (generation === Math.max(...generations)) continue;
    const retry = commits.find(
      ({ before }) => before?.tasks.some((task) => task.id === taskId && task.generation === generation) === true,
    );
    const decided = commits.find(
      (commit) => commit.how === 'decision' && atGeneration(commit, taskId, generation + 1) !== undefined,
    );
    const last = decided?.before?.tasks.find(({ id }) => id === taskId);
    if (retry === undefined || last === undefined) yield `KNOWINGLY ${taskId} was repeated and nobody decided so`;
    else if (last.stuck !== 'outcome-unknown')
      yield `KNOWINGLY ${taskId} g${generation} had its effect, and who retried it was told ${last.status}`;
    else if (!history.decisions.some(({ requestId, acknowledged }) => acknowledged && requestId === decided?.after.id))
      yield `KNOWINGLY ${taskId} was repeated and nobody acknowledged that it may have happened`;
  }
}

/** Nothing happens before everybody has agreed who has to, each once and nobody for themselves. */
function* wasApproved(
  effects: readonly TargetEffect[],
  { id, catalog, requester }: Request,
  commits: readonly Commit[],
): Iterable<string> {
  if (catalog.id !== 'approved') return;
  const first = Math.min(...effects.map(({ sentAt }) => sentAt));
  const then = commits.findLast(({ at }) => at <= first)?.after.approvals ?? [];
  const minimum = [2, 1];
  for (const [index, needed] of minimum.entries()) {
    const given = then[index]?.decisions.filter(({ decision }) => decision === 'approved') ?? [];
    const people = new Set(given.map(({ by }) => by));
    if (people.size < needed) yield `APPROVED request ${id} began with ${people.size} approvals of stage ${index + 1}`;
    if (people.has(requester.id)) yield `APPROVED request ${id} was approved by who had asked for it`;
  }
}

/** Its command was sent before, in this generation, when all it depends on was over, or came in the same command and has happened since. */
function* hadItsTurn(
  { effectsOf }: Facts,
  { key, at, sentAt }: TargetEffect,
  task: Task,
  commits: readonly Commit[],
): Iterable<string> {
  const { taskId, generation } = partsOfKey(key);
  const sent = (isSent: (task: Task) => boolean): Commit | undefined =>
    commits.find((commit) => {
      const then = atGeneration(commit, taskId, generation);
      return commit.at <= sentAt && then !== undefined && isSent(then);
    });
  // Of what came behind another and was not begun, the command of its own counts.
  const own = sent(({ status }) => SENT.has(status));
  const queued = own ?? sent(({ followUpOf }) => followUpOf !== null);
  if (queued === undefined) {
    yield `IN_ORDER ${key} happened at ${at.toFixed(0)} and was not queued by then`;
    return;
  }
  const head = (own ? null : atGeneration(queued, taskId, generation)?.followUpOf) ?? task.position;
  const then = commits.findLast((commit) => commit.at <= sentAt)?.after.tasks ?? [];
  const beside =
    head === task.position ? undefined : then.find(({ status }) => status === 'failed' || status === 'stuck');
  if (beside) yield `IN_ORDER ${key} was begun behind another although task ${beside.position} was ${beside.status}`;
  for (const position of task.dependsOn) {
    const before = queued.after.tasks[position - 1];
    if (before?.status === 'completed' || before?.status === 'skipped') continue;
    if (before === undefined || (position !== head && before.followUpOf !== head))
      yield `IN_ORDER ${key} was queued while task ${position} was ${before?.status}`;
    else if (!effectsOf.get(before.id)?.some((earlier) => earlier.at <= sentAt))
      yield `IN_ORDER ${key} was sent before task ${position} had its effect`;
  }
  const broken = queued.after.tasks.find(({ status }) => status === 'failed' || status === 'stuck');
  if (broken) yield `IN_ORDER ${key} was queued although task ${broken.position} was ${broken.status}`;
}

/** Version and inputs are those of the request, and what it reads of another task is what that one made. */
function* saysWhatItShould(
  { effectsOf, attempts }: Facts,
  { key, body }: TargetEffect,
  { request, task }: { readonly request: Facts['requests'][number]; readonly task: Task },
): Iterable<string> {
  if (task.actionId === 'never') yield `CONDITION ${key} happened although its condition says no`;
  if (!attempts.has(key)) yield `LEDGER ${key} happened and the ledger does not know of it`;
  const text = JSON.stringify(body);
  if (!text.includes(request.catalog.version))
    yield `PINNED ${key} was not made of version ${request.catalog.version}: ${text}`;
  if (!text.includes(request.name)) yield `OWN_INPUT ${key} does not carry the name ${request.name}: ${text}`;
  if (typeof body['from'] !== 'string' || body['from'].startsWith('hand-')) return;
  const earlier = request.tasks.filter(({ position }) => position < task.position);
  // Whoever completes a task by hand may leave out what has a default.
  if (body['from'] === request.name && earlier.some(({ byHand }) => byHand)) return;
  const made = earlier.flatMap(({ id }) => (effectsOf.get(id) ?? []).map((effect) => effect.id.replace('thing-', '')));
  const from = body['from'].replace('thing-', '').replace('SIM-', '');
  if (!made.includes(from)) yield `OUTPUTS ${key} reads ${body['from']}, which no task before it made`;
}

/** An effect after which its task goes on: whatever ends the task, this stands. */
const isOnTheWay = ({ key }: Pick<TargetEffect, 'key'>): boolean => /-(begin|middle)$/.test(key);

const isByHand = ({ id }: Task, commits: readonly Commit[]): boolean =>
  commits.some(({ changes }) =>
    changes.some(({ taskId, change }) => taskId === id && change === 'task-completed-by-hand'),
  );

/** What is called done was done; what is called certainly not done was not. */
export function* successesAreReal({ taskOf, effectsOf, commitsOf, attempts, history }: Facts): Iterable<string> {
  for (const { task, request } of taskOf.values()) {
    const effects = effectsOf.get(task.id) ?? [];
    const last = effects.filter(({ key }) => partsOfKey(key).generation === task.generation);
    if (task.status === 'completed' && last.length === 0 && !isByHand(task, commitsOf.get(request.id) ?? []))
      yield `REAL_SUCCESS task ${task.id} is completed and had no effect`;
    for (const commit of commitsOf.get(request.id) ?? []) {
      const then = commit.after.tasks.find(({ id }) => id === task.id);
      if (then?.status !== 'failed') continue;
      const done = effects.find(
        (effect) =>
          partsOfKey(effect.key).generation === then.generation && effect.at <= commit.at && !isOnTheWay(effect),
      );
      if (done) yield `REAL_FAILURE ${done.key} had its effect and was called failed for certain`;
    }
  }
  for (const [key, { end }] of attempts) {
    if (history.ambiguous.has(key) && end?.outcome === 'ok' && end.evidence['adopted'] === true)
      yield `ADOPT_ONE ${key} was taken for done although several things carry its name`;
  }
}

/** An attempt ends once, and what a holder finds out that has lost it is kept. */
export function* endsAreKept({ attempts, history }: Facts): Iterable<string> {
  const ends = new Map<string, number>();
  for (const { type, dedupId } of history.taken.values()) {
    if (!/^task-(succeeded|failed|stuck)\./.test(type)) continue;
    const attempt = dedupId.slice(0, -type.length - 1);
    ends.set(attempt, (ends.get(attempt) ?? 0) + 1);
  }
  for (const [attempt, times] of ends) {
    if (times > 1) yield `ENDS_ONCE ${attempt} is told to have ended ${times} times`;
  }
  const kept = new Set(
    [...attempts.values()].flatMap(({ key, late }) => (late ? `${key.taskId} g${key.generation}` : [])),
  );
  for (const late of history.late) {
    if (!kept.has(late)) yield `LATE_KEPT what came late of ${late} is not kept`;
  }
}

/** Once a request is aborted nothing of it starts any more, and nothing is skipped that had its effect unseen. */
export function* abortsHold({ requests, commitsOf, effectsOf }: Facts): Iterable<string> {
  for (const request of requests) {
    if (request.status !== 'aborted') continue;
    const aborted = commitsOf.get(request.id)?.find(({ after }) => after.status === 'aborted');
    for (const task of request.tasks) {
      for (const { key, sentAt } of effectsOf.get(task.id) ?? []) {
        if (aborted !== undefined && sentAt > aborted.at) yield `ABORTED ${key} was sent after its request was aborted`;
        const { generation } = partsOfKey(key);
        const isHidden = task.status === 'skipped' && task.failure === null && generation === task.generation;
        if (isHidden && !isOnTheWay({ key })) yield `ABORTED ${key} had its effect and is called skipped`;
      }
    }
  }
}
