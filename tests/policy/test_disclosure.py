"""Whether a text gets at the values of a relation that holds them, judged by the text alone."""

import pytest

from pgtoll_policy.statement import read_script

HARMLESS = [
    "SELECT count(*) FROM pg_stat_activity",
    "SELECT count(*) FILTER (WHERE state = 'idle') FROM pg_catalog.pg_stat_activity",
    "SELECT pid, state, wait_event FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "SELECT a.pid, a.usename FROM pg_stat_activity AS a ORDER BY a.query_start, 2",
    "SELECT l.*, a.state FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid",
    "SELECT l.mode FROM pg_locks l JOIN pg_stat_activity USING (pid)",
    "SELECT pg_stat_activity.state, count(1) FROM pg_stat_activity GROUP BY 1",
    "WITH s AS (SELECT state FROM pg_stat_activity) SELECT row_to_json(s), s.* FROM s",
    "SELECT row_to_json(t) FROM (SELECT (SELECT count(*) FROM pg_stat_activity) AS n) t",
    "SELECT v.n FROM (VALUES (1)) AS v(n) WHERE EXISTS (SELECT 1 FROM pg_stat_activity)",
    "COPY (SELECT pid FROM pg_stat_activity) TO STDOUT",
    "EXPLAIN ANALYZE SELECT pid FROM pg_stat_activity",
    "DECLARE c CURSOR FOR SELECT pid FROM pg_stat_activity",
    "INSERT INTO seen SELECT pid, state FROM pg_stat_activity",
    "SELECT null_frac, n_distinct FROM pg_stats WHERE tablename = 't'",
    "SELECT e.n_distinct FROM pg_stats_ext e WHERE e.tablename = 't'",
]
REVEALING = [
    "SELECT * FROM pg_stat_activity",
    "SELECT query FROM pg_stat_activity",
    'SELECT "query" FROM pg_stat_activity',
    'SELECT U&"q\\0075ery" FROM pg_stat_activity',
    "SELECT QUERY FROM pg_catalog.pg_stat_activity",
    "SELECT pg_catalog.pg_stat_activity.query FROM pg_catalog.pg_stat_activity",
    "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%x%'",
    "SELECT count(*) FROM pg_stat_activity GROUP BY query",
    "SELECT pid FROM pg_stat_activity ORDER BY query",
    "SELECT count(query) OVER () FROM pg_stat_activity",
    "SELECT a.* FROM pg_stat_activity a",
    "SELECT pg_catalog.pg_stat_activity.* FROM pg_catalog.pg_stat_activity",
    "SELECT a FROM pg_stat_activity a",
    "SELECT pg_stat_activity FROM pg_stat_activity",
    "SELECT a::text FROM pg_stat_activity a",
    "SELECT row_to_json(a) FROM pg_stat_activity a",
    "SELECT a.row_to_json FROM pg_stat_activity a",
    "SELECT pg_stat_activity.row_to_json FROM pg_stat_activity",
    "SELECT a.json FROM pg_stat_activity a",
    "SELECT (a).query FROM pg_stat_activity a",
    "SELECT (a).* FROM pg_stat_activity a",
    "SELECT ROW(a.*) FROM pg_stat_activity a",
    "SELECT array_agg(a) FROM pg_stat_activity a",
    "SELECT count(a) FROM pg_stat_activity a",
    "SELECT 1 FROM pg_stat_activity a WHERE a IS NULL",
    "SELECT 1 FROM pg_stat_activity a ORDER BY a",
    "SELECT x.j FROM pg_stat_activity a, LATERAL row_to_json(a) AS x(j)",
    "SELECT x.q FROM pg_stat_activity a, LATERAL (SELECT a.query AS q) x",
    "SELECT z FROM pg_stat_activity AS a(b, c, d, z)",
    "SELECT j FROM (pg_stat_activity a JOIN pg_locks l USING (pid)) AS j",
    "SELECT j.query FROM (pg_stat_activity a JOIN pg_locks l USING (pid)) AS j",
    "SELECT j.row_to_json FROM (pg_stat_activity a JOIN pg_locks l USING (pid)) AS j",
    "SELECT z FROM (pg_stat_activity CROSS JOIN (SELECT 1)) AS j(a, b, c, z)",
    "SELECT * FROM (pg_stat_activity a CROSS JOIN (SELECT 1 AS one) b)",
    "SELECT t.id FROM pg_stat_activity NATURAL JOIN t",
    "SELECT t.id FROM pg_stat_activity JOIN t USING (query)",
    "WITH s AS (TABLE pg_stat_activity) SELECT 1 FROM s",
    "TABLE pg_stat_activity",
    "SELECT pid FROM pg_stat_activity UNION TABLE pg_stat_activity",
    "SELECT (SELECT a FROM pg_stat_activity a LIMIT 1)",
    "SELECT ARRAY(SELECT query FROM pg_stat_activity)",
    "SELECT pid IN (SELECT pid FROM pg_stat_activity WHERE query > 'a') FROM pg_locks",
    "INSERT INTO seen TABLE pg_stat_activity",
    "INSERT INTO seen SELECT pid FROM pg_stat_activity RETURNING (SELECT query FROM "
    "pg_stat_activity LIMIT 1)",
    "MERGE INTO t USING pg_stat_activity a ON true WHEN NOT MATCHED THEN INSERT VALUES (a.query)",
    "UPDATE seen SET q = a.query FROM pg_stat_activity a",
    "DELETE FROM seen USING pg_stat_activity a WHERE a.query = 'x'",
    "COPY pg_stat_activity TO STDOUT",
    "COPY pg_stat_activity (pid) TO STDOUT",
    "COPY (SELECT query FROM pg_stat_activity) TO STDOUT",
    "EXPLAIN ANALYZE SELECT 1 FROM pg_stat_activity WHERE query > 'x'",
    "SELECT xmlforest(a) FROM pg_stat_activity a",
    "SELECT most_common_vals FROM pg_stats",
    "SELECT tablename, histogram_bounds::text FROM pg_stats",
    "SELECT s FROM pg_stats s",
    "SELECT s.to_jsonb FROM pg_stats s",
    "SELECT s.range_bounds_histogram FROM pg_stats s",
    "SELECT most_common_vals FROM pg_stats_ext",
    "SELECT a.pid, s.null_frac FROM pg_stat_activity a, pg_stats s",  # either's columns, or both's
]


def discreet(sql: str) -> frozenset[str]:
    script = read_script(sql)
    assert not script.rejected
    return script.statements[0].discreet


@pytest.mark.parametrize("sql", HARMLESS)
def test_texts_that_name_harmless_columns(sql: str) -> None:
    assert discreet(sql)


@pytest.mark.parametrize("sql", REVEALING)
def test_texts_that_may_get_at_a_value(sql: str) -> None:
    assert not discreet(sql)


@pytest.mark.parametrize("sql", ["SELECT a FROM t a", "SELECT query FROM other.pg_stat_activity"])
def test_of_other_relations_nothing_is_said(sql: str) -> None:
    assert discreet(sql) == frozenset()


def test_every_query_of_a_text_counts() -> None:
    first, second = read_script(
        "SELECT pid FROM pg_stat_activity; SELECT * FROM pg_stat_activity"
    ).statements
    assert first.discreet == {"pg_stat_activity"}
    assert not second.discreet
