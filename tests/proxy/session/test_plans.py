"""A name is judged as all that the server may have made of it."""

import pytest
from peers import ScriptedJudge

from pgtoll.session import Read
from pgtoll.session.conversation import Conversation
from pgtoll.session.names import UNREAD, Prepared
from pgtoll.session.plans import Plan, plan_for
from pgtoll.session.progress import Limits, Waiting
from pgtoll_policy.facts import Act
from pgtoll_policy.unread import CHANGED_HERE
from pgtoll_policy.verdict import Kind

SELECT = b"SELECT generate_series(1, 1)"


def conversation(*, demo: bool = True, lacks: bool = True, at_once: bool = True) -> Conversation:
    return Conversation(ScriptedJudge(demo=demo, lacks=lacks, at_once=at_once), Limits())


def plan(c: Conversation, prepared: Prepared | None, doubt: str = "") -> Plan:
    found = plan_for(c, prepared, doubt)
    assert found is not None
    return found


def test_a_statement_is_judged_by_its_text() -> None:
    c = conversation()
    assert plan(c, Prepared(SELECT)).verdict.kind is Kind.ALLOW
    assert plan(c, Prepared(b"TABLE secret")).verdict.kind is Kind.REFUSE
    commit = plan(c, Prepared(b"COMMIT"))
    assert (commit.act, commit.copies_in, commit.may_commit) == (Act.COMMIT, False, False)
    assert plan(c, Prepared(b"COPY t FROM STDIN")).copies_in
    assert plan(c, Prepared(b"CALL fill()")).may_commit


def test_an_empty_text_does_nothing() -> None:
    assert plan(conversation(), Prepared(b"")).verdict.kind is Kind.ALLOW


def test_facts_that_are_not_known_are_asked_for() -> None:
    c = conversation(at_once=False)
    assert plan_for(c, Prepared(SELECT), "") is None
    assert c.effects == [Read(SELECT)]
    assert c.waiting is Waiting.FACTS


def test_a_name_that_no_parse_made_is_sqls_and_watched() -> None:
    made = plan(conversation(), None)
    assert made.verdict.kind is Kind.WATCH
    assert not made.may_commit  # PREPARE takes no CALL


def test_a_cursor_may_even_stand_for_a_call() -> None:
    assert plan(conversation(), None, "a cursor").may_commit
    assert plan(conversation(), Prepared(SELECT), "a cursor").may_commit


@pytest.mark.parametrize("sql", [SELECT, b"COMMIT"])
def test_a_name_of_an_older_era_may_stand_for_a_query_of_sqls(sql: bytes) -> None:
    c = conversation()
    c.names.taint()
    assert plan(c, Prepared(sql, 0)).verdict.kind is Kind.WATCH
    assert plan(c, Prepared(sql, 1)).verdict.kind is Kind.ALLOW
    assert plan(c, Prepared(sql)).verdict.kind is Kind.ALLOW


def test_the_strictest_of_all_rulings_counts_and_every_check() -> None:
    c = conversation()
    made = plan(c, Prepared(b"INSERT INTO t SELECT generate_series(1, 1)"), "a cursor")
    assert made.verdict.kind is Kind.WATCH
    assert (made.verdict.cap, made.verdict.watch) == (True, True)
    assert made.ruling.opaque


def test_a_text_that_was_not_kept_is_refused() -> None:
    assert plan(conversation(), UNREAD).verdict.kind is Kind.REFUSE


def test_a_text_prepared_under_other_settings_is_refused() -> None:
    c = conversation()
    old = Prepared(b"SELECT look()", None, c.settings.reports)
    assert plan(c, old).verdict.kind is Kind.WATCH
    c.settings.reports += 1
    assert plan(c, old).verdict.kind is Kind.REFUSE
    assert plan(c, Prepared(SELECT)).verdict.kind is Kind.ALLOW


def test_code_that_nobody_read_may_execute_a_copy_that_has_a_name() -> None:
    c = conversation()
    assert not plan(c, Prepared(b"SELECT look()")).copies_in
    c.names.odd = True
    assert plan(c, Prepared(b"SELECT look()")).copies_in


def test_a_changed_catalog_is_told_to_the_judge() -> None:
    judge = ScriptedJudge(lacks=True)
    c = Conversation(judge, Limits())
    c.altered = True
    plan(c, Prepared(SELECT))
    c.planted = True
    plan(c, Prepared(SELECT))
    told = "the catalog may have changed in this transaction"
    assert judge.doubts == [CHANGED_HERE, told]
