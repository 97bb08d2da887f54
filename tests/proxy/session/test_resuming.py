"""What older statements have prepared is judged again where code that is not read does not run."""

from dataclasses import dataclass, field

import pytest
from peers import ScriptedJudge, refusal

from pgtoll.session.conversation import Conversation
from pgtoll.session.effects import Ruling
from pgtoll.session.names import Prepared
from pgtoll.session.progress import Limits
from pgtoll.session.resumed import LONGEST, MOST_TEXTS
from pgtoll.session.resuming import MAY_HAVE_PREPARED, NOT_KNOWN, RAN, is_read, judged_again
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Kind, Verdict

WATCHED = Verdict(Kind.WATCH, watch=True)
PREPARE, OTHER = b"PREPARE p AS SELECT 1", b"PREPARE p AS SELECT 2"


def ruling(verb: str, *, executes: str | None = None, prepares: str | None = None) -> Ruling:
    statement = Statement(verb, 0, 0, executes=executes, prepares=prepares)
    return Ruling(statement, WATCHED, resumes=verb in ("execute", "fetch", "commit"), unread=False)


EXECUTE, FETCH, COMMIT = ruling("execute", executes="p"), ruling("fetch"), ruling("commit")
WILD = Ruling(Statement("do", 0, 0), WATCHED)


@dataclass(slots=True)
class Strict(ScriptedJudge):
    """Refuses texts by themselves; of others nothing is known before they are learnt."""

    refused: set[bytes] = field(default_factory=set)
    unknown: set[bytes] = field(default_factory=set)

    def rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        if sql in self.unknown:
            return None
        if sql in self.refused:
            return (Ruling(Statement("prepare", 0, 0), refusal("it is not read")),)
        return (EXECUTE,) if sql == b"EXECUTE q" else (ruling("select"),)


def talk(*, strict: bool = True) -> tuple[Conversation, Strict]:
    judge = Strict(lacks=True, strict=strict)
    return Conversation(judge, Limits()), judge


def why(c: Conversation, *rulings: Ruling) -> str:
    """What is said of the last of some rulings when it is refused, "" if it is not."""
    found = judged_again(c, rulings)
    assert found is not None
    verdict = found[-1].verdict
    return verdict.message if verdict.kind is Kind.REFUSE else ""


def test_what_is_watched_is_not_judged_again() -> None:
    c, _ = talk(strict=False)
    c.leftovers.resumed.ran = c.leftovers.resumed.opened_unread = True
    assert judged_again(c, [EXECUTE, FETCH]) == (EXECUTE, FETCH)


def test_a_prepared_text_is_judged_again_when_it_is_executed() -> None:
    c, judge = talk()
    c.leftovers.resumed.prepared("p", PREPARE)
    assert why(c, EXECUTE) == ""
    judge.refused.add(PREPARE)
    assert why(c, EXECUTE).startswith("what was prepared by it is refused")


def test_its_facts_are_asked_for() -> None:
    c, judge = talk()
    c.leftovers.resumed.prepared("p", PREPARE)
    judge.unknown.add(PREPARE)
    assert judged_again(c, [EXECUTE]) is None
    assert c.effects


def test_a_name_that_was_taken_stands_for_either() -> None:
    c, judge = talk()
    c.leftovers.resumed.prepared("p", PREPARE)
    c.leftovers.resumed.prepared("p", OTHER)
    judge.refused.add(PREPARE)
    assert why(c, EXECUTE)


def test_a_name_that_a_message_gave_is_judged_by_its_text() -> None:
    c, judge = talk()
    c.names.statements.known[b"p"] = Prepared(b"SELECT 3")
    assert why(c, EXECUTE) == ""
    judge.refused.add(b"SELECT 3")
    assert why(c, EXECUTE)
    c.names.statements.known[b"p"] = Prepared(None)
    assert why(c, EXECUTE) == NOT_KNOWN
    c.names.statements.known[b"p"] = Prepared(b"EXECUTE q")
    assert why(c, EXECUTE) == NOT_KNOWN


def test_a_name_whose_meaning_is_in_flight_is_not_known() -> None:
    c, _ = talk()
    c.names.statements.flying[b"p"] = 1
    assert why(c, EXECUTE) == NOT_KNOWN


def test_a_name_that_nobody_gave_is_for_the_server_to_refuse() -> None:
    c, _ = talk()
    assert why(c, EXECUTE) == ""
    c.leftovers.resumed.missed = True
    assert why(c, EXECUTE) == NOT_KNOWN


def test_what_was_prepared_in_the_same_text_was_judged_with_it() -> None:
    c, _ = talk()
    c.leftovers.resumed.missed = True
    assert why(c, ruling("prepare", prepares="p"), EXECUTE) == ""


@pytest.mark.parametrize(("rule", "expected"), [("watch", MAY_HAVE_PREPARED), ("clear", "")])
def test_code_that_is_not_read_may_have_prepared_anything(rule: str, expected: str) -> None:
    c, _ = talk()
    c.leftovers.resumed.note(WILD._replace(verdict=Verdict(Kind.WATCH, rule=rule)), 7)
    assert why(c, EXECUTE) == expected


@pytest.mark.parametrize("resuming", [FETCH, COMMIT])
def test_a_cursor_or_trigger_of_such_code_ends_with_its_transaction(resuming: Ruling) -> None:
    c, _ = talk()
    c.leftovers.resumed.note(WILD, 7)
    assert why(c, resuming) == RAN
    c.leftovers.resumed.over()
    assert why(c, resuming) == ""


def test_what_is_refused_anyway_is_left_as_it_is() -> None:
    c, _ = talk()
    refused = EXECUTE._replace(verdict=refusal("for another reason"))
    c.leftovers.resumed.missed = True
    assert judged_again(c, [refused]) == (refused,)


def test_a_refused_statement_runs_nothing() -> None:
    c, _ = talk()
    c.leftovers.resumed.note(WILD._replace(verdict=refusal()), 7)
    assert why(c, EXECUTE) == ""


@pytest.mark.parametrize("text", [b"x" * (LONGEST + 1), b"PREPARE p AS SELECT '\\'"])
def test_a_text_that_is_not_kept_may_stand_for_any(text: bytes) -> None:
    c, _ = talk()
    c.leftovers.resumed.prepared("p", text)
    assert why(c, EXECUTE) == NOT_KNOWN


def test_only_so_many_texts_are_kept() -> None:
    c, _ = talk()
    for number in range(MOST_TEXTS + 1):
        c.leftovers.resumed.prepared(f"n{number}", PREPARE)
    assert c.leftovers.resumed.missed
    assert len(c.leftovers.resumed.texts) == MOST_TEXTS


def test_what_sql_may_have_made_of_a_name_is_read_unless_code_ran_that_is_not() -> None:
    c, judge = talk()
    assert is_read(c, cursor=True, named=True)
    c.leftovers.resumed.prepared("p", PREPARE)
    assert is_read(c, cursor=False, named=True)
    judge.refused.add(PREPARE)
    assert is_read(c, cursor=False, named=True) is False
    assert is_read(c, cursor=True, named=False)
    judge.unknown.add(PREPARE)
    assert is_read(c, cursor=False, named=True) is None
    c.leftovers.resumed.note(WILD, 7)
    assert is_read(c, cursor=True, named=False) is False
    assert is_read(c, cursor=False, named=True) is False


def test_where_it_is_watched_no_text_is_judged_for_that() -> None:
    c, judge = talk(strict=False)
    c.leftovers.resumed.prepared("p", PREPARE)
    judge.refused.add(PREPARE)
    assert is_read(c, cursor=False, named=True)
    c.leftovers.resumed.missed = True
    assert is_read(c, cursor=False, named=True) is False
