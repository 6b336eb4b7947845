-- Messages stay in their rows up to a page: beside the table they take two more writes in, and two out, milliseconds later.
ALTER TABLE outbox SET (toast_tuple_target = 8160);
