/** The folder of the ledger's migrations: the tables of attempts and of what is still to be told. */
export const ledgerMigrations = new URL('../../../migrations/', import.meta.url);
