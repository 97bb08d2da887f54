-- Rows for the tables that PostgreSQL's regression statements share: their files are not part of them.
INSERT INTO tenk1
SELECT (n * 7919) % 500, n, n % 2, n % 4, n % 10, n % 20, n % 100, n % 200, n % 500, n % 500, n,
  2 * (n % 100), 2 * (n % 100) + 1, chr(65 + n % 26) || 'AAAAA', 'AAA' || chr(65 + n % 26) || 'AA',
  (ARRAY['AAAAxx', 'HHHHxx', 'OOOOxx', 'VVVVxx'])[1 + n % 4]
FROM generate_series(0, 499) n;
INSERT INTO onek SELECT * FROM tenk1 WHERE unique2 < 300;
INSERT INTO onek2 SELECT * FROM onek;
INSERT INTO tenk2 SELECT * FROM tenk1;
INSERT INTO person SELECT 'person' || n, 20 + n, point(n, n) FROM generate_series(1, 20) n;
INSERT INTO emp SELECT 'emp' || n, 20 + n, point(n, n), 100 * n, 'boss' FROM generate_series(1, 9) n;
INSERT INTO student SELECT 'student' || n, 20 + n, point(n, n), 3.5 FROM generate_series(1, 9) n;
INSERT INTO road SELECT 'State Hwy ' || n, path(polygon(box(point(0, 0), point(n, n)))) FROM generate_series(1, 20) n;
INSERT INTO ihighway SELECT * FROM ONLY road;
ANALYZE;
