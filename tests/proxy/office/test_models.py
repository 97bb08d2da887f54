"""What follows from the values that a license administrator is shown."""

from datetime import UTC, datetime

import pytest

from pgtoll.office.models import (
    Change,
    DeletePreview,
    FilePreview,
    ProductLine,
    Status,
    TableCap,
    UploadPreview,
)

AT = datetime(2026, 5, 1, tzinfo=UTC)


def product(used: int, bought: int) -> ProductLine:
    return ProductLine(
        "marketing", "Marketing", ("personal",), AT, AT, Status.SEATS, "", used, bought, ""
    )


def table(rows: int | None) -> TableCap:
    return TableCap("public", "mrkt_lead", ("marketing",), rows, 1000)


def file(refusal: str = "") -> FilePreview:
    return FilePreview("a.lic", None, "", (), known=False, refusal=refusal)


@pytest.mark.parametrize(
    ("used", "bought", "available", "beyond"), [(0, 0, 0, 0), (1, 3, 2, 0), (5, 3, 0, 2)]
)
def test_seats_are_available_or_beyond(used: int, bought: int, available: int, beyond: int) -> None:
    line = product(used, bought)
    assert (line.available, line.beyond) == (available, beyond)


def test_only_two_states_let_somebody_in() -> None:
    assert [one for one in Status if one.in_force] == [Status.SERVER, Status.SEATS]


@pytest.mark.parametrize(
    ("rows", "full", "over"),
    [(999, False, False), (1000, True, False), (1001, True, True), (None, False, False)],
)
def test_a_table_is_full_before_it_is_over(rows: int | None, full: bool, over: bool) -> None:
    assert (table(rows).full, table(rows).over) == (full, over)


def test_deleting_says_what_will_happen() -> None:
    many = DeletePreview("marketing", (), 12, (table(1001),) * 3, 2, "1:1:")
    assert many.summary == "12 tables return to demo mode, 3 are over the cap"
    one = DeletePreview("marketing", (), 1, (table(1001),), 2, "1:1:")
    assert one.summary == "1 table returns to demo mode, 1 is over the cap"


def test_a_change_is_told_in_a_sentence() -> None:
    change = Change(AT, "anna", "grant", "marketing", "bob")
    assert change.sentence == "anna gave bob a seat"


def test_one_refused_file_refuses_all() -> None:
    assert UploadPreview((file(),), (), "1:1:").acceptable
    assert not UploadPreview((file(), file("forged")), (), "1:1:").acceptable
    assert not UploadPreview((), (), "1:1:").acceptable
