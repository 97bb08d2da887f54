"""When a test of another project's suite counts as one that the proxy changes."""

from pathlib import Path

import pytest
from bench.suites.node_suites import read_program
from bench.suites.outcomes import Outcomes, Round, counts, differences, read_record
from bench.suites.postgres_suites import read_lines


def test_a_suite_that_ends_alike_has_no_differences() -> None:
    assert (
        differences([Round({"a": "passed", "b": "failed"}, {"a": "passed", "b": "failed"})]) == []
    )


def test_a_test_that_one_side_has_not_run_differs() -> None:
    (found,) = differences([Round({"a": "passed", "b": "passed"}, {"a": "passed"})])
    assert str(found) == "b: directly 1x passed; proxied 1x not run"


@pytest.mark.parametrize(
    ("direct", "proxied", "flaky"),
    [
        (["passed", "passed"], ["failed", "passed"], False),  # directly it has never failed
        (["passed", "failed"], ["failed", "passed"], True),
        (["failed", "failed"], ["passed", "passed"], False),
        (["passed", "failed"], ["failed", "failed"], True),
    ],
)
def test_what_direct_runs_have_shown_too_is_flaky(
    direct: list[str], proxied: list[str], flaky: bool
) -> None:
    rounds = [Round({"a": one}, {"a": other}) for one, other in zip(direct, proxied, strict=True)]
    (found,) = differences(rounds)
    assert found.flaky is flaky


def test_only_what_differs_in_the_first_round_is_looked_at() -> None:
    alike: Outcomes = {"a": "passed"}
    assert differences([Round(alike, alike), Round(alike, {"a": "failed"})]) == []


def test_whatever_neither_passed_nor_was_skipped_has_failed() -> None:
    ended = {"a": "passed", "b": "skipped", "c": "failed 0a1b2c3d", "d": "begun"}
    assert counts(ended) == ["4", "1", "2", "1"]


def test_the_last_word_on_a_test_counts(tmp_path: Path) -> None:
    record = tmp_path / "record"
    assert read_record(record) == {}
    record.write_text('["a", "begun"]\n["a", "passed"]\n["b", "begun"]\n')
    assert read_record(record) == {"a": "passed", "b": "begun"}


def test_what_pg_regress_prints_is_read_in_both_of_its_ways() -> None:
    old = "test test_setup ... ok  685 ms\nparallel group (2 tests):  b c\n"
    old += "     collate.icu.utf8             ... FAILED     1819 ms\n"
    new = "ok 1         - test_setup          300 ms\nnot ok 2     + opr_sanity     4 ms\n"
    assert read_lines(old) == {"test_setup": "passed", "collate.icu.utf8": "failed"}
    assert read_lines(new) == {"test_setup": "passed", "opr_sanity": "failed"}


def test_a_program_that_ends_early_has_failed_whatever_it_printed() -> None:
    printed = (
        "api-tests.js\n  connects \u2714\n  binary ? - SKIPPED\n  fails FAILED!\n\nended 255\n"
    )
    assert read_program("api-tests.js", f"{printed}ended 255\n") == {
        "api-tests.js": "failed",
        "api-tests.js: connects": "passed",
        "api-tests.js: binary": "skipped",
        "api-tests.js: fails": "failed",
    }
