"""No text is read under settings that may not be the server's."""

import pytest
from peers import statement_of

from pgtoll.session.settings import Settings, reads_the_same
from pgtoll_policy.facts import ANY_SETTING, Statement


@pytest.mark.parametrize(
    ("sql", "same"),
    [(b"SELECT 'a'", True), (rb"SELECT 'a\'", False), ("SELECT 'ä'".encode(), False)],
)
def test_plain_text_reads_the_same_under_all_settings(sql: bytes, same: bool) -> None:
    assert reads_the_same(sql) is same


def test_a_set_is_in_doubt_until_its_round_is_answered() -> None:
    settings = Settings()
    settings.note(statement_of("SET standard_conforming_strings = off"), opaque=False)
    assert settings.in_round
    settings.end_round()
    assert (settings.in_round, settings.in_flight) == (False, True)
    settings.answered(idle=False)
    assert (settings.in_flight, settings.moved) == (False, True)


@pytest.mark.parametrize("names", [("all",), (ANY_SETTING,), ("client_encoding",)])
def test_whatever_may_set_one_counts(names: tuple[str, ...]) -> None:
    settings = Settings()
    settings.note(Statement("set", 0, 1, settings=names), opaque=False)
    assert settings.in_round


def test_other_settings_do_not_matter() -> None:
    settings = Settings()
    settings.note(Statement("set", 0, 1, settings=("work_mem",)), opaque=False)
    assert not settings.moved


def test_code_that_nobody_has_read_may_set_anything() -> None:
    settings = Settings()
    settings.note(statement_of("SELECT look()"), opaque=True)
    assert settings.in_round


@pytest.mark.parametrize("sql", ["ROLLBACK", "ROLLBACK TO s", "COMMIT"])
def test_the_end_of_the_transaction_may_bring_the_old_value_back(sql: str) -> None:
    settings = Settings()
    settings.note(statement_of(sql), opaque=False)
    assert not settings.in_round
    settings.moved = True
    settings.note(statement_of(sql), opaque=False)
    assert settings.in_round


def test_outside_a_transaction_nothing_comes_back() -> None:
    settings = Settings(moved=True)
    settings.answered(idle=True)
    assert not settings.moved


def test_what_the_round_in_progress_may_have_set_stays_in_doubt() -> None:
    settings = Settings()
    settings.doubt()
    settings.answered(idle=True)
    assert (settings.moved, settings.in_round, settings.in_flight) == (True, True, False)


def test_what_the_server_reports_is_remembered() -> None:
    settings = Settings()
    for name in (b"client_encoding", b"in_hot_standby", b"default_transaction_read_only"):
        settings.report(name, b"on")
    settings.report(b"default_transaction_read_only", b"off")
    assert (settings.reports, settings.read_only, settings.standby) == (1, False, True)


def test_the_server_converts_unless_both_encodings_are_known_to_be_the_same() -> None:
    settings = Settings()
    assert settings.converts
    settings.report(b"client_encoding", b"UTF8")
    settings.report(b"server_encoding", b"UTF8")
    assert not settings.converts
    settings.report(b"client_encoding", b"LATIN1")
    assert settings.converts


def test_it_may_convert_while_a_change_is_not_answered() -> None:
    settings = Settings(client=b"UTF8", server=b"UTF8")
    settings.note(Statement("set", 0, 1, settings=("client_encoding",)), opaque=False)
    assert settings.converts
    settings.end_round()
    assert settings.converts
    settings.answered(idle=True)
    assert not settings.converts
