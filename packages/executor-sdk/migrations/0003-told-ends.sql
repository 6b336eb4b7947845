-- The message that told the end. A command that comes again after it says that this message may be lost: it is told once more.
ALTER TABLE attempt ADD COLUMN told text;
