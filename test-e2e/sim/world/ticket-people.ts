import { callApi } from './api.ts';
import type { EscalationApi, EscalationDatabase } from './escalation-process.ts';
import type { MendTry } from './history.ts';
import type { Jira } from './jira.ts';
import { newLife } from './process.ts';
import { TENANT } from './tenant.ts';
import type { World } from './world.ts';

const OPERATOR = { tenantId: TENANT, email: 'olga@example.test', roles: ['operator'] };

/** How often the operator looks at tickets that need a person. */
const LOOK_MS = 45_000;

interface Parts {
  readonly world: World;
  readonly apis: () => readonly EscalationApi[];
  readonly database: EscalationDatabase;
  readonly jira: Jira;
}

/** Looks after tickets that nobody knows whether they exist. */
export interface TicketOperator {
  /** Tickets that were not looked at yet. */
  waiting(): number;
}

export const startTicketOperator = ({ world, apis, database, jira }: Parts): TicketOperator => {
  const { random, scheduler, history } = world;
  const life = newLife(world, 'operator');
  const considered = new Set<string>();

  /** What there is to decide: told by the tables, so that no answer that was lost ends a run too early. */
  const open = () =>
    database.all().flatMap(({ requestId, status, steps }) =>
      steps
        .filter(({ name, state }) => name === 'create' && state === 'flagged' && status !== 'ended')
        .map(({ taskId, generation, detail }) => ({
          requestId,
          taskId,
          name: `${taskId} g${generation} ${JSON.stringify(detail['again'] ?? 1)}`,
        })),
    );

  const mend = async (api: EscalationApi, made: MendTry): Promise<string> => {
    const { requestId, taskId, key } = made;
    const of = { requestId, taskId };
    const result =
      key === undefined
        ? await api.mend.retry(OPERATOR, of, made.acknowledged)
        : await api.mend.link(OPERATOR, of, key);
    return result.ok ? 'ok' : result.error.kind;
  };

  const decide = async (requestId: string, taskId: string): Promise<string | undefined> => {
    const seen = await callApi(world, life, apis, (api) => api.read(TENANT, requestId, random.chance(0.3)));
    if (seen.kind !== 'answer' || seen.value === undefined) return undefined;
    const view = seen.value.tickets.find(({ ticket }) => ticket.taskId === taskId);
    if (view === undefined || view.ticket.issue !== null) return undefined;
    const { generation } = view.ticket;
    const known = jira.issues.find(({ copyOf, isGone, labels }) => {
      return copyOf === undefined && !isGone && labels.some((label) => label.includes(`${taskId}-g${generation}-`));
    });
    const made: MendTry = {
      ...{ requestId, taskId, generation, shown: view.problem?.code, at: scheduler.now },
      key: known !== undefined && random.chance(0.6) ? known.key : undefined,
      acknowledged: random.chance(0.5),
      answers: [],
    };
    history.mends.push(made);
    const answered = await callApi(world, life, apis, (api) => mend(api, made));
    if (answered.kind !== 'answer') return undefined;
    made.answers.push(answered.value);
    return answered.value;
  };

  const look = async (): Promise<void> => {
    for (const { requestId, taskId, name } of open()) {
      if (considered.has(name)) continue;
      // Who is told that it has to be acknowledged comes back.
      if (random.chance(0.2) || (await decide(requestId, taskId)) !== 'conflict') considered.add(name);
    }
    scheduler.after(LOOK_MS, life, '', () => void look());
  };

  scheduler.after(random.between(0, LOOK_MS), life, '', () => void look());
  return { waiting: () => open().filter(({ name }) => !considered.has(name)).length };
};
