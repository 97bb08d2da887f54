-- Takes the right to read its table from everybody before it fills it.
-- wants: fill
-- attack:
REVOKE SELECT ON dmo_mine FROM PUBLIC, keeper, mallory, alice;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
