import type { RequestLogLine } from '@pao/contracts';
import type { StoredLine } from '../ports/task-logs.ts';

type Told = NonNullable<StoredLine['change']>;

/** Who did it where it was not the executor, whose doings are its own lines. */
const by = ({ actor }: Told): string => (actor === 'executor' ? '' : ` by ${actor}`);
const because = ({ reason }: Told): string => (reason === null ? '' : `: ${reason}`);

/** `task-retried` as "task retried with generation 2 by ann@example.test: the quota was raised". */
const sentenceOf = (told: Told): string => {
  const generation = told.generation === null ? '' : ` with generation ${told.generation}`;
  return `${told.change.replaceAll('-', ' ')}${generation}${by(told)}${because(told)}`;
};

/** A line as people get it. */
export const logLineView = ({
  at,
  level,
  source,
  taskId,
  generation,
  sequence,
  line,
  change,
}: StoredLine): RequestLogLine => ({
  at,
  level,
  source,
  ...(taskId !== '' && { taskId }),
  ...(generation > 0 && { generation }),
  sequence,
  message: line ? line.message : change ? sentenceOf(change) : '',
  ...(line?.data && { data: line.data as NonNullable<RequestLogLine['data']> }),
  ...(line?.progress && { progress: line.progress }),
});
