-- Copies rows without a column whose domain has a default that reads the vault.
-- wants: read
-- attack:
CREATE DOMAIN leak AS text DEFAULT account_text(1);
CREATE TABLE l (a int, b leak);
COPY l (a) FROM STDIN;
-- copy data: 1..2
{n}
\.
TABLE l;
