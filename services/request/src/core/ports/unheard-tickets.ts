export interface UnheardQuery {
  readonly at: Date;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  readonly limit: number;
}

/** Requests of which people's part may not have been heard: what told it may have been lost on its way. */
export interface UnheardTickets {
  /**
   * Of requests that are being handed over, whose last change is one look old or more; of those whose tasks wait for people, after six
   * looks, then every 144. The oldest first.
   */
  find(query: UnheardQuery): Promise<readonly string[]>;
}
