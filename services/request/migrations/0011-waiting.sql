-- What a task waits for while no worker is at it and its executor goes on by itself, with times as texts; and when the callback URL
-- of its generation was called. Both are null of nearly all tasks.
ALTER TABLE tasks ADD COLUMN waiting_for json, ADD COLUMN called_back_at timestamptz;
