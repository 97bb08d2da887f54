"""The page needs nothing else, escapes every name, and stays readable however much there is."""

from datetime import timedelta

from figured import TODAY, figures, license_, product, table

from pgtoll.report.figures import IdleSeat, RefusalDay, SeatDay, UserRefusals, UsersDay
from pgtoll.report.page import MOST_LICENSES, MOST_PRODUCTS, render, view

HOSTILE = "</style><script>alert(1)</script>\u202e\"'"
DAYS = [TODAY - timedelta(days=at) for at in range(90, -1, -1)]


def test_a_page_of_nothing_says_so() -> None:
    page = render(figures())
    for words in ("No seat was bought", "No license is held", "Nothing was refused", "Nothing."):
        assert words in page


def test_names_are_escaped_and_hidden_characters_shown() -> None:
    page = render(
        figures(
            product(HOSTILE, title=HOSTILE, idle=1),
            idle=(IdleSeat(HOSTILE, HOSTILE, TODAY, None, 99),),
            licenses=(license_(HOSTILE),),
            seats=(SeatDay(TODAY, HOSTILE, 1, 1, 1),),
            refusals=(RefusalDay(TODAY, HOSTILE, 3, 1),),
            refused=(UserRefusals(HOSTILE, HOSTILE, 3, TODAY, 1),),
            tables=(table(HOSTILE),),
            crowd=tuple(UsersDay(day, 7) for day in DAYS),
        )
    )
    assert "<script" not in page
    assert "\u202e" not in page
    assert page.count("</style>") == 1
    assert 'label=""' not in page


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = render(figures(product(), licenses=(license_(),), tables=(table(),)))
    for word in ("http://", "https://", "src=", "<link", "url(", "@import"):
        assert word not in page
    assert "default-src 'none'" in page


def test_of_very_much_the_most_important_is_shown() -> None:
    many = [product(f"p{number:03}", idle=number % 7) for number in range(200)]
    licenses = tuple(license_(f"P{number:03}") for number in range(200))
    shown = view(figures(*many, licenses=licenses))
    assert (len(shown.rows), len(shown.rest)) == (MOST_PRODUCTS, 200 - MOST_PRODUCTS)
    assert {row.product.idle for row in shown.rows} == {6}
    assert (len(shown.spans), shown.more_licenses) == (MOST_LICENSES, 200 - MOST_LICENSES)
    assert shown.bought == 2000


def test_products_beyond_the_most_refused_are_others() -> None:
    days = tuple(RefusalDay(day, f"p{at}", at + 1, 0) for day in DAYS for at in range(9))
    shown = view(figures(refusals=days))
    assert shown.refused_names == ("p8", "p7", "p6", "p5", "p4", "others")
    assert shown.refused_products[0] == ("p8", 9 * len(DAYS), 0)


def test_what_was_only_observed_is_not_shown_as_refused() -> None:
    days = (RefusalDay(TODAY, "marketing", 0, 40), RefusalDay(TODAY, "stock", 0, 2))
    who = (UserRefusals("zoe", "marketing", 0, TODAY, 40),)
    shown = view(figures(refusals=days, refused=who))
    assert shown.refused is None
    assert shown.observed is not None
    assert shown.refused_products == (("marketing", 0, 40), ("stock", 0, 2))
    page = render(figures(refusals=days, refused=who))
    for words in ("Nothing was refused.", "Would have been refused", "observe mode"):
        assert words in page
    both = render(figures(refusals=(*days, RefusalDay(TODAY, "stock", 7, 0))))
    assert "Nothing was refused." not in both
    assert "Would have been refused" in both
    refused = render(figures(refusals=(RefusalDay(TODAY, "stock", 7, 0),)))
    assert "ould have been" not in refused
    assert "observe" not in refused


def test_a_table_that_is_gone_is_not_shown() -> None:
    days = (table("public.gone", 999, ago=3), table("public.t", 5, ago=3), table("public.t", 7))
    assert [one.last.table for one in view(figures(tables=days)).growth] == ["public.t"]
