"""Rows are written some at a time, and nobody waits long without a word."""

from stored import FULL

from pgtoll.backup.rows import AT_ONCE, batches, columns


def test_no_row_is_left_out_and_progress_is_told() -> None:
    rows, told = range(2 * AT_ONCE + 1), list[str]()
    found = [list(some) for some in batches(rows, "seats", told.append)]
    assert [one for some in found for one in some] == list(rows)
    assert told == ["0 of 10,001 seats", "5,000 of 10,001 seats", "10,000 of 10,001 seats"]


def test_a_few_rows_are_not_worth_a_word() -> None:
    told: list[str] = []
    assert list(batches([1], "seats", told.append)) == [[1]]
    assert list(batches([], "seats", told.append)) == []
    assert told == []


def test_columns_are_fields_of_the_rows() -> None:
    assert columns(FULL.days, "users", "day") == [[7, 9], [one.day for one in FULL.days]]
