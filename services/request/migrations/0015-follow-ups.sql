-- Position of the task whose command carries this one, too: its executor may begin with it as soon as that one is completed.
ALTER TABLE tasks ADD COLUMN follow_up_of smallint;
