-- The task of the same order that began in the write that recorded this end. Nobody was told of this one then: whatever is told of that
-- one tells of it, too.
ALTER TABLE attempt ADD COLUMN followed_by uuid;
ALTER TABLE attempt ADD COLUMN followed_generation integer;
