"""A round is one span with the names that the conventions have, and one for each part of it."""

import pytest
from tracing_samples import SPAN, TRACE, traceparent

from pgtoll.config import LogSql
from pgtoll.tracing.rounds import Part, Round
from pgtoll.tracing.spans import Place, spans

PLACE = Place("shop", "bob", "app", ("10.0.0.7", 5123), ("10.0.0.1", 5432))


def a_round(sql: str = "SELECT * FROM t WHERE n = 4711", **more: object) -> Round:
    values = {"began": 1, "sent": 4, "ended": 9, "texts": [sql.encode()], "tags": ["SELECT"]}
    return Round(**(values | more))  # type: ignore[arg-type]


def test_a_round_has_the_names_of_the_conventions() -> None:
    whole, reply = spans(a_round(), PLACE, LogSql.OFF)
    assert (whole.name, whole.began, whole.ended, whole.calls) == ("SELECT shop", 1, 9, True)
    assert whole.attributes == {
        "db.system.name": "postgresql",
        "db.namespace": "shop",
        "db.operation.name": "SELECT",
        "server.address": "10.0.0.1",
        "server.port": 5432,
        "client.address": "10.0.0.7",
        "client.port": 5123,
        "pgtoll.user": "bob",
        "pgtoll.application_name": "app",
        "pgtoll.verdict": "unjudged",
    }
    assert (reply.name, reply.began, reply.ended, reply.parent) == ("pgtoll reply", 4, 9, whole.id)
    assert (whole.parent, whole.remote, whole.failed) == (b"", False, False)


@pytest.mark.parametrize(
    ("how", "text"),
    [
        (LogSql.OFF, None),
        (LogSql.NORMALIZED, "SELECT * FROM t WHERE n = ?"),
        (LogSql.FULL, "SELECT * FROM t WHERE n = 4711"),
    ],
)
def test_a_statement_is_shown_as_asked_for(how: LogSql, text: str | None) -> None:
    assert spans(a_round(), PLACE, how)[0].attributes.get("db.query.text") == text


def test_what_the_proxy_did_is_below() -> None:
    parts = [Part("read", 1, 2), Part("judge", 2, 3, "allow"), Part("judge", 3, 3, "watch")]
    made = spans(a_round(parts=parts, checks=[(3, "watched")]), PLACE, LogSql.OFF)
    assert [one.name for one in made[1:]] == [
        "pgtoll read", "pgtoll judge", "pgtoll judge", "pgtoll reply",
    ]  # fmt: skip
    assert {one.trace for one in made} == {made[0].trace}
    assert {one.parent for one in made[1:]} == {made[0].id}
    assert made[0].attributes["pgtoll.verdict"] == "watch"
    assert made[-1].events == ((4, "watched"),)


def test_an_error_is_one_and_a_warning_is_none() -> None:
    failed = spans(a_round(sqlstate="42501", tags=[], verbs=["SELECT"]), PLACE, LogSql.OFF)[0]
    assert failed.failed
    assert failed.name == "SELECT shop"
    assert failed.attributes["error.type"] == "42501"
    assert failed.attributes["db.response.status_code"] == "42501"
    assert not spans(a_round(sqlstate="02000"), PLACE, LogSql.OFF)[0].failed
    cut = spans(a_round(cut=True), PLACE, LogSql.OFF)[0]
    assert (cut.failed, cut.attributes["error.type"]) == (True, "_OTHER")


def test_several_at_once_are_a_batch() -> None:
    same = spans(a_round(tags=["INSERT"] * 3), PLACE, LogSql.OFF)[0]
    assert same.attributes["db.operation.name"] == "BATCH INSERT"
    assert same.attributes["db.operation.batch.size"] == 3
    mixed = spans(a_round(tags=["INSERT", "SELECT"]), PLACE, LogSql.OFF)[0]
    assert mixed.name == "BATCH shop"


def test_a_caller_that_is_traced_is_the_parent() -> None:
    whole = spans(a_round(f"SELECT 1 {traceparent()}"), PLACE, LogSql.OFF)[0]
    assert (whole.trace.hex(), whole.parent.hex(), whole.remote) == (TRACE, SPAN, True)


def test_of_a_caller_that_is_not_nothing_is() -> None:
    assert spans(a_round(f"SELECT 1 {traceparent('00')}"), PLACE, LogSql.OFF) == []
