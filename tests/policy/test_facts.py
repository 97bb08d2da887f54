"""The values that reading gives."""

from pgtoll_policy.facts import Name, Script, Statement


def test_names_are_written_with_their_schema() -> None:
    assert [str(Name("s", "t")), str(Name("", "t"))] == ["s.t", "t"]


def test_a_statement_says_nothing_that_was_not_found() -> None:
    statement = Statement("select", 0, 8)
    assert not statement.reads | statement.writes | statement.inserts | statement.others
    assert (statement.opaque, statement.unwatchable, statement.settings) == ("", "", ())
    assert Script((statement,)) == Script((statement,), "", False, False)
