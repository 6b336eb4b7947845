import type { EmbeddedPostgres } from '@pao/postgres/embedded';

/** A schema of the database under test, made by the migrations of a service. */
export interface TestSchema {
  readonly schema: string;
  /** The folder with the service's SQL migrations. */
  readonly migrations: URL;
}

/** Between test files and the worker that runs the server; URLs travel as text. */
export interface DatabaseRequest {
  readonly schemas: readonly { readonly schema: string; readonly migrations: string }[];
}

export type DatabaseAnswer = { readonly url: string } | { readonly failure: string };

export type DatabaseMessage = DatabaseRequest | DatabaseAnswer;

export type Server = Pick<EmbeddedPostgres, 'url'>;
