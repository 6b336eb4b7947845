import { openDatabase } from '@pao/postgres';

/** Runs statements one after the other on a schema of a test's database; answers the rows of the last. */
export const queryDatabase = async <Row>(
  { url, schema }: { readonly url: string; readonly schema: string },
  ...statements: readonly string[]
): Promise<readonly Row[]> => {
  const database = openDatabase({ url, schema, applicationName: 'testkit', maxConnections: 1 });
  try {
    let rows: readonly Row[] = [];
    for (const text of statements) rows = await database.query<Row & object>({ text });
    return rows;
  } finally {
    await database.close();
  }
};
