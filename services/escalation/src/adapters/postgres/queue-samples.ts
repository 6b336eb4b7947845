import type { Database } from '@pao/postgres';
import type { ParkedCount, QueueHistory, QueueSamples } from '../../core/ports/queue-samples.ts';

/** Replicas that sample in the same quarter of a minute write one row. */
const ADD = `WITH old AS (DELETE FROM queue_samples WHERE at < clock_timestamp() - interval '1 hour')
INSERT INTO queue_samples (queue, at, waiting, in_flight)
SELECT queue, date_bin('15 seconds', clock_timestamp(), timestamptz '2000-01-01 00:00:00Z'), waiting, "inFlight"
FROM json_to_recordset($1) AS sample (queue text, waiting integer, "inFlight" integer)
ON CONFLICT DO NOTHING`;

const HISTORY = `WITH sample AS (
  SELECT queue, at, waiting + in_flight AS total, at >= clock_timestamp() - make_interval(secs => $1) AS recent FROM queue_samples
), span AS (
  SELECT queue, extract(epoch FROM max(at) FILTER (WHERE recent) - min(at) FILTER (WHERE recent))::float8 AS seconds,
    (array_agg(total ORDER BY at) FILTER (WHERE recent))[1] AS first,
    (array_agg(total ORDER BY at DESC) FILTER (WHERE recent))[1] AS last,
    extract(epoch FROM clock_timestamp() - max(at) FILTER (WHERE total = 0))::float8 AS empty
  FROM sample GROUP BY queue
)
SELECT queue, CASE WHEN seconds > 0 THEN (last - first) * 60 / seconds END AS "netPerMinute", empty AS "emptySecondsAgo" FROM span`;

const PARKED = `SELECT queue, count(*) FILTER (WHERE status = 'parked' AND tenant_id = $1) AS parked,
  count(*) FILTER (WHERE parked_at >= clock_timestamp() - make_interval(secs => $2)) AS recently
FROM dead_letters WHERE status = 'parked' OR parked_at >= clock_timestamp() - make_interval(secs => $2) GROUP BY queue`;

const TOTALS = `SELECT queue, count(*) AS count FROM dead_letters WHERE status = 'parked' GROUP BY queue`;

export const createPostgresQueueSamples = (database: Database): QueueSamples => ({
  add: async (samples) => {
    await database.query({ name: 'queue-samples-add', text: ADD, values: [JSON.stringify(samples)] });
  },
  history: (windowSeconds) => database.query<QueueHistory>({ text: HISTORY, values: [windowSeconds] }),
  parked: (tenantId, windowSeconds) => database.query<ParkedCount>({ text: PARKED, values: [tenantId, windowSeconds] }),
  parkedTotals: () => database.query({ text: TOTALS }),
});
