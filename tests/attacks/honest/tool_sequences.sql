-- Reads sequences of its own tables.
-- attack:
CREATE SEQUENCE mallory_numbers;
SELECT nextval('mallory_numbers'), currval('mallory_numbers'), lastval();
SELECT last_value FROM mallory_numbers;
SELECT seqincrement FROM pg_sequence WHERE seqrelid = 'mallory_numbers'::regclass;
