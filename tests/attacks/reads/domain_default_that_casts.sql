-- Inserts by a domain's default that casts to another domain, whose check reads the vault.
-- wants: read
-- attack:
CREATE DOMAIN inner_check AS text CHECK (VALUE <> account_text(3));
CREATE DOMAIN outer_default AS text DEFAULT account_text(2)::inner_check;
CREATE TABLE l (a int, b outer_default);
INSERT INTO l DEFAULT VALUES RETURNING b;
MERGE INTO l USING (VALUES (1)) s(n) ON false WHEN NOT MATCHED THEN INSERT (a) VALUES (5);
TABLE l;
