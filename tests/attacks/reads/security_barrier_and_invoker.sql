-- Turns a view into one of the invoker and back, and reads through both.
-- wants: read
-- attack:
CREATE VIEW mine WITH (security_barrier) AS SELECT id FROM mallory_own;
CREATE OR REPLACE VIEW mine AS SELECT a.id, a.secret FROM vlt_mine a;
ALTER VIEW mine SET (security_invoker = true, security_barrier = false);
SELECT * FROM account_view;
SELECT * FROM mine;
