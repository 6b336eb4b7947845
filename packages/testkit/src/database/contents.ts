import { Client } from 'pg';

/** Every row of every table that is not PostgreSQL's own, a line each, as text: for whoever looks for what must not be there. */
export const databaseText = async (url: string): Promise<string> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const lines: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      lines.push(...rows.map(({ text }) => `${name} ${text}`));
    }
    return lines.join('\n');
  } finally {
    await client.end();
  }
};
