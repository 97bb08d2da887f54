"""Stores to report on: what proxies would have written down in months, written at once."""

from licensing import Licensing

HOSTILE = "<script>alert('x')</script>"
MARKUP = '"><img src=x onerror=alert(1)>'

# A hundred days of seats, rows and refusals.
MONTHS = """
UPDATE pgtoll.migration SET applied_at = now() - interval '300 days' WHERE name = 'days';
UPDATE pgtoll.seat SET granted_at = now() - interval '200 days';
INSERT INTO pgtoll.seen (username, last_day)
  SELECT username, current_date - (row_number() OVER (ORDER BY username) * 37 % 260)::int
  FROM (SELECT DISTINCT username FROM pgtoll.seat) s ON CONFLICT DO NOTHING;
DELETE FROM pgtoll.seen WHERE username LIKE '%<%';
INSERT INTO pgtoll.day (day, users)
  SELECT current_date - d, 40 + (100 - d) / 3 + d % 7 FROM generate_series(0, 100) d;
INSERT INTO pgtoll.day_product (day, product, bought, granted, used)
  SELECT current_date - d, s.product, s.n + 3, greatest(s.n - d / 40, 0),
    greatest(s.n - d / 40 - 1 - d % 2, 0)
  FROM generate_series(0, 100) d,
    (SELECT product, count(*)::int AS n FROM pgtoll.seat GROUP BY product) s;
INSERT INTO pgtoll.day_table (day, schema_name, table_name, product, held, cap)
  SELECT current_date - d, 'public', t.name, 'stock', least(1001, greatest(0, t.rows - d * t.pace)),
    1000
  FROM generate_series(0, 100) d, (VALUES ('stckmove', 860, 7), ('stckitem', 1300, 9),
    ('stckbin', 40, 0), ('"><img src=x onerror=alert(1)>', 300, 2)) t (name, rows, pace);
INSERT INTO pgtoll.day_refusal (day, product, kind, refusals, users)
  SELECT current_date - d, p.code, 'refuse', (p.much + (d * 7 + p.much) % 11) * (1 + d % 3), 3
  FROM generate_series(1, 100) d, (VALUES ('marketing', 4), ('payroll', 1), ('stock', 9),
    ('', 1), ('archive', 2), ('reporting', 3), ('gone', 1)) p (code, much);
INSERT INTO pgtoll.day_refusal (day, product, kind, refusals, users)
  SELECT current_date - d, p.code, 'observe', p.much * (1 + d % 4), 2
  FROM generate_series(60, 90) d, (VALUES ('marketing', 30), ('stock', 12)) p (code, much);
INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name, table_name, sql,
    client)
  SELECT now() - (n || ' hours')::interval, CASE n % 4 WHEN 0 THEN 'carol' WHEN 1 THEN 'dave'
    WHEN 2 THEN '<script>alert(1)</script>' ELSE 'erin' END, 'refuse', '42501', 'marketing',
    'public', 'mrktinvoice', 'SELECT 1', '' FROM generate_series(1, 60) n;
"""

PEOPLE = 20_000
PRODUCTS = 200


def large(licensing: Licensing) -> None:
    """Sell two hundred products to twenty thousand people."""
    vendor = licensing.vendor
    codes = [f"product{number:03}" for number in range(PRODUCTS)]
    licensing.upload(*(vendor.product(code, f"P{code[-3:]}") for code in codes))
    licensing.upload(*(vendor.license(code, seats=120) for code in codes))
    licensing.database.execute(
        "INSERT INTO pgtoll.seat (product, username)"
        f" SELECT 'product' || to_char(n % {PRODUCTS}, 'FM000'), 'person.number' || n"
        f" FROM generate_series(0, {PEOPLE - 1}) n"
    )
