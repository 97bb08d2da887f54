-- Counts with sequences named by constants, and makes mistakes in that.
-- attack:
CREATE SEQUENCE invoice_no START 100 INCREMENT 5 MAXVALUE 112;
SELECT nextval('invoice_no'), nextval('public.invoice_no'::regclass);
SELECT currval('invoice_no'), lastval();
SELECT nextval('invoice_no');
SELECT nextval('invoice_no');
ALTER SEQUENCE invoice_no NO MAXVALUE RESTART WITH 1000;
SELECT pg_catalog.setval('invoice_no', 50, false), nextval('invoice_no');
SELECT setval('invoice_no', -1);
CREATE TABLE invoice_made (id int DEFAULT nextval('invoice_no') PRIMARY KEY, t text);
INSERT INTO invoice_made VALUES (nextval('invoice_no'), 'a'), (nextval('invoice_no'), 'b') RETURNING *;
INSERT INTO invoice_made SELECT nextval('invoice_no'), 'g' || g FROM generate_series(1, 3) g RETURNING id;
INSERT INTO invoice_made VALUES (currval('invoice_no'), 'again');
SELECT setval('invoice_no', (SELECT max(id) FROM invoice_made)), nextval('invoice_no') / 0;
-- extended
SELECT nextval('invoice_no');
-- extended
SELECT setval('invoice_no', -1);
SELECT currval('invoice_no');
