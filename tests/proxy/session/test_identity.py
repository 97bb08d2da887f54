"""What may change the user that a session has named, and what becomes of the text behind it."""

import pytest
from peers import ScriptedJudge

from pgtoll.session.effects import Ruling
from pgtoll.session.identity import Identity, Rulings, ruled
from pgtoll_policy.facts import ANY_SETTING, Act, Statement
from pgtoll_policy.spelling import LICENSE_USER
from pgtoll_policy.verdict import Kind, Verdict

ALLOW = Verdict(Kind.ALLOW)
SET = Statement("set", 0, 3, settings=(LICENSE_USER,), names_user="alice")
SELECT = Statement("select", 5, 9)
BEGIN = Statement("begin", 0, 5, act=Act.BEGIN)
COMMIT = Statement("commit", 9, 15, act=Act.COMMIT)


def known(*, moved: bool = False) -> Identity:
    identity = Identity(follows=True)
    identity.answered("", idle=True)
    identity.moved = moved
    return identity


def test_a_session_that_names_nobody_is_never_asked() -> None:
    identity = Identity(follows=False)
    identity.note(SET, opaque=True, in_block=False)
    identity.doubt()
    assert not identity.unknown


def test_the_start_may_have_named_somebody() -> None:
    assert Identity(follows=True).unknown


@pytest.mark.parametrize("setting", [LICENSE_USER, "all", ANY_SETTING])
def test_settings_that_may_name_somebody(setting: str) -> None:
    identity = known()
    identity.note(Statement("set", 0, 1, settings=(setting,)), opaque=False, in_block=False)
    assert identity.unknown
    assert identity.moved


def test_other_settings_name_nobody() -> None:
    identity = known()
    identity.note(Statement("set", 0, 1, settings=("datestyle",)), opaque=False, in_block=False)
    assert not identity.unknown


def test_unread_code_may_name_somebody() -> None:
    identity = known()
    identity.note(SELECT, opaque=True, in_block=False)
    assert identity.unknown


@pytest.mark.parametrize("act", [Act.COMMIT, Act.ROLLBACK_TO, Act.PREPARE])
def test_ends_matter_once_somebody_was_named(act: Act) -> None:
    for moved in (False, True):
        identity = known(moved=moved)
        identity.note(Statement("end", 0, 1, act=act), opaque=False, in_block=True)
        assert identity.unknown is moved


LOCAL = Statement("set", 0, 3, settings=(LICENSE_USER,), names_user="alice", local=True)


def test_a_constant_needs_no_question() -> None:
    for one in (SET, LOCAL):
        identity = known()
        assert identity.note(one, opaque=False, in_block=True) == "alice"
        assert not identity.unknown


def test_local_comes_to_nothing_outside_a_block() -> None:
    identity = known()
    assert identity.note(LOCAL, opaque=False, in_block=False) is None
    assert identity.unknown


@pytest.mark.parametrize("act", [Act.COMMIT, Act.ROLLBACK])
def test_the_end_of_what_was_local_brings_back_who_it_was(act: Act) -> None:
    identity = known()
    identity.user = "bob"
    identity.note(LOCAL, opaque=False, in_block=True)
    assert identity.note(Statement("end", 0, 1, act=act), opaque=False, in_block=True) == "bob"
    assert not identity.unknown


def test_a_rollback_brings_back_who_it_was() -> None:
    identity = known()
    identity.note(SET, opaque=False, in_block=True)
    end = Statement("end", 0, 1, act=Act.ROLLBACK)
    assert identity.note(end, opaque=False, in_block=True) == ""


def test_what_is_foretold_is_asked_for_behind_an_error() -> None:
    identity = known()
    identity.note(LOCAL, opaque=False, in_block=True)
    identity.note(COMMIT, opaque=False, in_block=True)
    identity.doubt()
    assert identity.unknown


def test_what_is_foretold_holds_once_it_is_answered() -> None:
    identity = known()
    identity.note(LOCAL, opaque=False, in_block=True)
    identity.note(COMMIT, opaque=False, in_block=True)
    identity.settled()
    identity.doubt()
    assert not identity.unknown


def test_nobody_knows_who_it_was_before_what_was_not_known() -> None:
    identity = known()
    identity.unknown = True
    identity.note(SET, opaque=False, in_block=True)
    identity.answered("alice", idle=False)
    end = Statement("end", 0, 1, act=Act.ROLLBACK)
    assert identity.note(end, opaque=False, in_block=True) is None
    assert identity.unknown


def test_an_error_matters_once_somebody_was_named() -> None:
    for moved in (False, True):
        identity = known(moved=moved)
        identity.doubt()
        assert identity.unknown is moved


def test_what_was_named_in_a_transaction_is_uncertain_until_it_is_over() -> None:
    identity = known(moved=True)
    identity.answered("", idle=False)
    assert identity.moved
    identity.answered("", idle=True)
    assert not identity.moved


# Texts of several statements


class Text(ScriptedJudge):
    """A judge of one text, whose statements are given."""

    rulings: Rulings = ()

    def rule(self, sql: bytes, doubt: str) -> Rulings | None:
        return self.rulings


def judged(*statements: Statement, identity: Identity | None = None) -> tuple[Text, list[Kind]]:
    judge = Text(impersonates=True, lacks=True)
    judge.rulings = tuple(Ruling(one, ALLOW) for one in statements)
    rulings = ruled(judge, identity or known(), b"text", judge.rulings, "")
    assert rulings is not None
    assert [one.statement for one in rulings] == list(statements)
    return judge, [one.verdict.kind for one in rulings]


def test_a_text_that_names_nobody() -> None:
    assert judged(SELECT, SELECT)[1] == [Kind.ALLOW, Kind.ALLOW]


def test_a_text_that_begins_by_naming_its_user() -> None:
    judge, kinds = judged(BEGIN, SET, SELECT, COMMIT)
    assert judge.named == "alice"
    assert kinds == [Kind.ALLOW] * 4


def test_a_text_that_ends_by_naming_a_user() -> None:
    judge, kinds = judged(SELECT, SET, COMMIT)
    assert judge.named == ""
    assert kinds == [Kind.ALLOW] * 3


def test_what_stands_behind_a_second_name_is_refused() -> None:
    other = Statement("set", 10, 13, settings=(LICENSE_USER,), names_user="bob")
    assert judged(SET, SELECT, other, SELECT)[1] == [*[Kind.ALLOW] * 3, Kind.REFUSE]


def test_what_stands_between_two_users_is_refused() -> None:
    assert judged(SELECT, SET, SELECT)[1] == [Kind.ALLOW, Kind.ALLOW, Kind.REFUSE]


def test_a_name_that_is_no_constant() -> None:
    reset = Statement("reset", 0, 5, settings=(LICENSE_USER,))
    assert judged(reset, SELECT)[1] == [Kind.ALLOW, Kind.REFUSE]


def test_behind_the_end_of_a_transaction_that_named_somebody() -> None:
    assert judged(COMMIT, SELECT)[1] == [Kind.ALLOW, Kind.ALLOW]
    assert judged(COMMIT, SELECT, identity=known(moved=True))[1] == [Kind.ALLOW, Kind.REFUSE]
    assert judged(BEGIN, SET, SELECT, COMMIT, SELECT)[1][-1] is Kind.REFUSE
