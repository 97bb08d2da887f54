-- Makes a sequence and uses it.
-- attack:
CREATE SEQUENCE counter;
SELECT nextval('counter'), nextval('counter');
SELECT setval('counter', 10);
SELECT last_value FROM counter;
