import { err, ok, type Result } from '@pao/kernel';
import { type DeadLetter, EXECUTE_TASK, type Flaw } from './dead-letter.ts';

export interface RedriveRefusal {
  readonly kind:
    | 'not-parked'
    | 'flawed'
    | 'no-such-queue'
    | 'request-ended'
    | 'later-attempt'
    | 'with-people'
    | 'decision-needed';
  readonly message: string;
}

const FLAWS: Readonly<Record<Flaw, string>> = {
  unreadable: 'No service could read it: its text is not an envelope. Discard it once you know where it came from.',
  cut: 'It is longer than what can be kept, so only its beginning is here. Discard it once you know where it came from.',
  unsendable: 'The bus would not take it: its type, group or text holds what it refuses.',
};

const refuse = (kind: RedriveRefusal['kind'], message: string): Result<null, RedriveRefusal> => err({ kind, message });

/** What concerns an attempt only, and is refused by who receives it once the request is over. */
const isAboutAttempts = ({ queue }: DeadLetter): boolean => queue.startsWith('tasks-') || queue === 'request-inbox';

const judgeCommand = (letter: DeadLetter, acknowledged: boolean): Result<null, RedriveRefusal> => {
  const { laterGeneration, generation } = letter;
  if (generation !== null && laterGeneration !== null && laterGeneration > generation)
    return refuse(
      'later-attempt',
      `Somebody had its task run again since (attempt ${laterGeneration}): this command is for attempt ${generation}.`,
    );
  if (letter.withPeople)
    return refuse('with-people', 'Its task was handed to people and has a ticket: both would do it.');
  if (acknowledged) return ok(null);
  return refuse(
    'decision-needed',
    'Its task was reported as stuck when this was parked, so somebody has to decide about the request first: retry, complete by hand, escalate or abort. To send the same attempt once more all the same, make sure that nobody has done it by hand, and say acknowledgeUnknown: true; what an executor has begun already is not done again.',
  );
};

/** Whether a dead letter may go back to its queue. The guards of those who receive it hold all the same. */
export const judgeRedrive = (
  letter: DeadLetter,
  queues: ReadonlySet<string>,
  acknowledged: boolean,
): Result<null, RedriveRefusal> => {
  if (letter.status !== 'parked') return refuse('not-parked', `It was ${letter.status} already.`);
  if (letter.flaw !== null) return refuse('flawed', FLAWS[letter.flaw]);
  if (!queues.has(letter.queue)) return refuse('no-such-queue', `There is no queue ${letter.queue} any more.`);
  if (letter.endedBy !== null && isAboutAttempts(letter))
    return refuse(
      'request-ended',
      `Its request is over (${letter.endedBy}): nothing would come of it. Discard it instead.`,
    );
  return letter.type === EXECUTE_TASK ? judgeCommand(letter, acknowledged) : ok(null);
};
