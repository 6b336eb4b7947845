-- What a person wants undone of a failed request: tasks of the same request, each with the position of the one it undoes. Beside it
-- what an undo needs to know: how the target calls what was made, and whether people did it instead.
ALTER TABLE tasks ADD COLUMN external_ref text, ADD COLUMN rollback_of smallint, ADD COLUMN by_hand boolean;

ALTER TABLE request_states DROP CONSTRAINT request_states_status_check;
ALTER TABLE request_states ADD CONSTRAINT request_states_status_check CHECK (status IN ('submitted', 'awaiting-approval', 'processing',
  'failed', 'retrying', 'rolling-back', 'aborting', 'aborted', 'escalating', 'escalated', 'completed'));

-- Of requests that may still be rolled back.
UPDATE tasks t SET by_hand = true FROM request_states s, audit a
WHERE s.status NOT IN ('completed', 'aborted') AND s.status <> 'completed' AND t.request_id = s.request_id AND t.status = 'completed'
  AND a.request_id = t.request_id AND a.task_id = t.id AND a.change = 'task-completed-by-hand' AND t.type <> 'jira-ticket';
