import type { Database } from '@pao/postgres';
import type { Delivery, DeliveryLog } from '../../core/ports/delivery-log.ts';

interface DeliveryRow extends Omit<Delivery, 'receivedAt'> {
  readonly received_at: Date;
}

const toDelivery = ({ received_at: receivedAt, ...rest }: DeliveryRow): Delivery => ({ ...rest, receivedAt });

const RECORD = `INSERT INTO deliveries (id, event, ref, after, outcome, received_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING RETURNING id`;

const LATEST = `SELECT id, event, ref, after, outcome, received_at FROM deliveries
ORDER BY received_at DESC, id LIMIT $1`;

const REMOVE = `WITH gone AS (DELETE FROM deliveries WHERE received_at < $1 RETURNING 1) SELECT count(*) AS count FROM gone`;

export const createPostgresDeliveryLog = (database: Pick<Database, 'query'>): DeliveryLog => ({
  record: async ({ id, event, ref, after, outcome, receivedAt }) => {
    const values = [id, event, ref, after, outcome, receivedAt];
    const rows = await database.query({ name: 'catalog-record-delivery', text: RECORD, values });
    return rows.length > 0 ? 'recorded' : 'known';
  },
  latest: async (limit) => {
    const rows = await database.query<DeliveryRow>({ name: 'catalog-deliveries', text: LATEST, values: [limit] });
    return rows.map(toDelivery);
  },
  removeBefore: async (time) => {
    const [row] = await database.query<{ count: number }>({ text: REMOVE, values: [time] });
    return row?.count ?? 0;
  },
});
