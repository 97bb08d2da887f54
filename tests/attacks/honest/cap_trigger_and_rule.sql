-- Fills up by triggers and rules.
-- attack:
INSERT INTO gate VALUES (1001, 'x'), (1002, 'x');
INSERT INTO ruled VALUES (1003, 'x'), (1004, 'x');
INSERT INTO dmo_view VALUES (1005, 'x');
INSERT INTO copied SELECT n, 'x' FROM generate_series(1, 5) n;
