import { outboxInsert } from '@pao/postgres';

/** START of a later step, of $1 to $9, where `source` has a row. */
const insertNext = (
  source: string,
): string => `INSERT INTO attempt (task_id, generation, step, request_id, tenant, action_type,
    fingerprint, command, fence, lease_until, instance, boot_id, point)
  SELECT $1, $2, $3, request_id, tenant, action_type, fingerprint, $4, $5,
    now() + $6::float8 * interval '1 millisecond', $7, $8, $9
  FROM ${source}
  RETURNING fence, started_at`;

/** FINISH of the attempt ($10 step, $11 fence) that the others of a statement refer to as `ended`. */
const finish = (told: string): string => `UPDATE attempt
  SET outcome = 'ok', evidence = $12::jsonb, external_ref = $13, tries = tries + $14, finished_at = clock_timestamp(),
    command = NULL, next = $15, told = ${told}
  WHERE task_id = $1 AND generation = $2 AND step = $10 AND fence = $11 AND outcome IS NULL
  RETURNING request_id, tenant, action_type, fingerprint`;

export const ADVANCE = `WITH ended AS (${finish('NULL')})
${insertNext('ended')}`;

/** The attempt that this very START has begun before: its answer was lost. */
export const FIND_NEXT = `SELECT fence, started_at FROM attempt
WHERE task_id = $1 AND generation = $2 AND step = $3 AND fence = $4 AND point = $5 AND outcome IS NULL`;

const insertPark = (
  source: string,
): string => `INSERT INTO parked_task (task_id, generation, step, request_id, tenant, command,
    kind, what, url, park, done, started_at, until_at, wake_at, sequence, answered)
  SELECT $1, $2, $10, request_id, tenant, $3, $4, $5, $6, $7, $8, $9, $16,
    now() + $17::float8 * interval '1 millisecond', $18, $19
  FROM ${source} RETURNING 1`;

export const PARK = `WITH ended AS (${finish('$20')}),
parked AS (${insertPark('ended')}),
told AS (${outboxInsert(21, 'EXISTS (SELECT 1 FROM parked)')})
SELECT 1 FROM ended`;

export const LAST_DONE = `SELECT generation, step, next, clock_timestamp() AS at
FROM attempt WHERE task_id = $1 AND generation < $2 AND outcome = 'ok' AND next IS NOT NULL
ORDER BY generation DESC, finished_at DESC LIMIT 1`;

/** The row that START would insert, of a step that an earlier generation has done. */
const carried = (parameters: readonly number[], told: string): string => {
  const [step, request, tenant, type, fingerprint, instance, boot, evidence, next] = parameters.map((one) => `$${one}`);
  return `INSERT INTO attempt (task_id, generation, step, request_id, tenant, action_type, fingerprint, lease_until,
    instance, boot_id, outcome, evidence, finished_at, next, told)
  SELECT $1::uuid, $2::int, ${step}, ${request}::uuid, ${tenant}, ${type}, ${fingerprint}, now(), ${instance}, ${boot}::uuid, 'ok',
    ${evidence}::jsonb, now(), ${next}, ${told}
  WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE task_id = $1 AND generation >= $2)
  ON CONFLICT DO NOTHING
  RETURNING request_id, tenant, action_type, fingerprint`;
};

export const CARRY_STEP = `WITH carried AS (${carried([10, 11, 12, 13, 14, 7, 8, 15, 16], 'NULL')})
${insertNext('carried')}`;

export const CARRY_PARK = `WITH carried AS (${carried([10, 11, 12, 13, 14, 15, 20, 21, 22], '$23')}),
parked AS (${insertPark('carried')}),
told AS (${outboxInsert(24, 'EXISTS (SELECT 1 FROM parked)')})
SELECT 1 FROM carried`;

/** START of the step that a parked task goes on with: the attempt before it tells nobody any more. */
export const GO_ON = `WITH over AS (
  DELETE FROM parked_task WHERE task_id = $1 AND generation = $2 AND step = $10 AND fence = $11 RETURNING 1
), before AS (
  UPDATE attempt SET told = NULL, next = $12
  WHERE task_id = $1 AND generation = $2 AND step = $10 AND EXISTS (SELECT 1 FROM over)
    AND NOT EXISTS (SELECT 1 FROM attempt AS later WHERE later.task_id = $1 AND later.generation > $2)
  RETURNING request_id, tenant, action_type, fingerprint
)
${insertNext('before')}`;
