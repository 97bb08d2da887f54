"""Lists: searched, sorted by every column, cut into pages."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pgtoll.console.listing import Links, cut, found, last_page, ordered, read_page
from pgtoll.office.models import ProductLine, Status

MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)

DEMO = ProductLine("d", "Delta", (), None, None, Status.DEMO, "", 0, 0, "")
GOOD = ProductLine("g", "alpha", ("server",), MARCH, MAY, Status.SERVER, "", 0, 0, "")
SOON = ProductLine("s", "Beta", ("personal",), MARCH, MAY, Status.SEATS, "", 3, 5, "expires")
OVER = ProductLine("o", "Gamma", ("personal",), MARCH, MARCH, Status.EXPIRED, "", 9, 0, "expired")
LINES = [DEMO, GOOD, SOON, OVER]


def test_the_list_opens_on_what_has_expired() -> None:
    assert ordered(LINES, "") == [OVER, SOON, GOOD, DEMO]


@pytest.mark.parametrize(
    ("order", "codes"),
    [("title", "gsdo"), ("type", "dsog"), ("starts", "gsod"), ("due", "ogsd"),
     ("status", "osgd"), ("used", "gdso"), ("available", "gdos")],
)  # fmt: skip
def test_every_column_sorts_both_ways(order: str, codes: str) -> None:
    assert "".join(line.code for line in ordered(LINES, order)) == codes
    assert "".join(line.code for line in ordered(LINES, order, descending=True)) == codes[::-1]


def test_a_word_of_title_or_code_finds() -> None:
    assert found(LINES, " ALPH ") == [GOOD]
    assert found([replace(GOOD, code="crm.x")], "RM.") == [replace(GOOD, code="crm.x")]
    assert found(LINES, "zeta") == []
    assert found(LINES, "") == LINES


@pytest.mark.parametrize(
    ("typed", "number"), [("", 1), ("2", 2), ("9", 3), ("-1", 1), ("x", 1), ("²", 1), ("9" * 99, 1)]
)
def test_a_page_s_number_may_be_anything(typed: str, number: int) -> None:
    page = cut(list(range(25)), typed, 10)
    assert (page.number, page.last, page.total) == (number, 3, 25)
    assert list(page.items) == list(range(25))[(number - 1) * 10 : number * 10]


def test_an_empty_list_has_one_page() -> None:
    assert last_page(0, 10) == 1
    assert last_page(10, 10) == 1
    assert last_page(11, 10) == 2
    assert read_page("0") == 1


def test_links_keep_what_they_do_not_change() -> None:
    links = Links("/", {"q": "a&b", "sort": "due"})
    assert links.to(down="1") == "/?q=a%26b&sort=due&down=1"
    assert links.to(q="", sort="") == "/"
    assert links.page(1) == "/?q=a%26b&sort=due"
    assert links.page(2) == "/?q=a%26b&sort=due&page=2"
