-- The task of the same order that began in the write that recorded this end, and the other way round. Nobody was told of this end then:
-- whatever is told of the task that follows tells of it, too, in the words of `completed` (JSON text).
ALTER TABLE attempt ADD COLUMN followed_by uuid;
ALTER TABLE attempt ADD COLUMN followed_generation integer;
ALTER TABLE attempt ADD COLUMN preceded_by uuid;
ALTER TABLE attempt ADD COLUMN preceded_generation integer;
ALTER TABLE attempt ADD COLUMN completed text;
