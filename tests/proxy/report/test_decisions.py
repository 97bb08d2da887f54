"""What is to be decided is said in sentences that can be acted on, the most pressing first."""

from datetime import timedelta

import pytest
from figured import TODAY, figures, product, table

from pgtoll.report.decisions import decide, folded, full_on
from pgtoll.report.figures import Figures, ProductFigures


def texts(here: Figures) -> list[str]:
    return [one.text for one in decide(here)]


def test_where_all_is_well_there_is_nothing_to_decide() -> None:
    assert decide(figures(product())) == ()


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (product(idle=3), "3 of 10 seats of Marketing have not been used for 90 days."),
        (product(granted=9), "1 of 10 seats bought of Marketing is granted to nobody."),
        (
            product(granted=12),
            "Marketing: 12 seats are granted and 10 were bought: 2 do not count."
            " Buy more, or take some back.",
        ),
        (
            product(bought=0, expired=True, expires="license expired on 2026-05-01"),
            "Marketing: license expired on 2026-05-01: 10 people cannot use it. Renew it.",
        ),
        (
            product(expires="license expires on 2026-06-20"),
            "Marketing: license expires on 2026-06-20. In the last 90 days 10 of 10 seats were"
            " used.",
        ),
        (
            product(lacking=4),
            "4 people without a seat of Marketing were refused. All seats are in use: more would"
            " have to be bought.",
        ),
    ],
)
def test_each_thing_has_its_sentence(one: ProductFigures, text: str) -> None:
    assert texts(figures(one)) == [text]


def test_who_would_have_been_refused_was_not() -> None:
    (text,) = texts(figures(product(would_lack=1)))
    assert text.startswith(
        "1 person without a seat of Marketing would have been refused, had it not only been"
    )
    both = decide(figures(product(lacking=2, would_lack=3)))
    assert [(one.kind, one.tone, one.weight) for one in both] == [
        ("would_lack", "note", 3),
        ("lacking", "warn", 2),
    ][::-1]


def test_one_is_no_plural() -> None:
    told = texts(figures(product(bought=1, granted=1, idle=1, expires="license expires soon")))
    assert told == [
        "Marketing: license expires soon. In the last 90 days 0 of 1 seat were used.",
        "1 of 1 seat of Marketing has not been used for 90 days.",
    ]
    rest = folded(decide(figures(*(product(f"p{n}", idle=1) for n in range(5)))))
    assert rest[-1].text == "1 more product: 1 seat not used either."


def test_who_is_refused_could_have_what_nobody_uses() -> None:
    found = texts(figures(product(lacking=1, granted=9, idle=2)))
    assert (
        "1 person without a seat of Marketing was refused. 3 seats could be given to them:"
        " 1 that nobody has, 2 that nobody uses." in found
    )


def test_a_table_is_told_of_when_it_is_full_or_soon_will_be() -> None:
    series = (table(rows=600, ago=30), table(rows=900))
    (text,) = texts(figures(tables=series))
    assert f"full about {TODAY + timedelta(days=10)}" in text
    assert texts(figures(tables=(table(rows=10, ago=30), table(rows=20)))) == []
    (text,) = texts(figures(tables=(table(rows=1001),)))
    assert "more than 1,000 rows: it takes no more" in text


def test_what_does_not_grow_is_never_full() -> None:
    assert full_on([table(rows=900)]) is None
    assert full_on([table(rows=900, ago=9), table(rows=900)]) is None
    assert full_on([table(rows=0, ago=30), table(rows=1, cap=10**9)]) is None


def test_nothing_is_said_of_idle_seats_that_nobody_can_know() -> None:
    (text,) = texts(figures(product(), recorded=TODAY - timedelta(days=5)))
    assert text.startswith("Who was here is known since 2026-05-27 only: from 2026-08-25 on")


def test_many_of_a_kind_are_told_as_one() -> None:
    many = [product(f"p{number}", idle=number) for number in range(1, 9)]
    told = folded(decide(figures(*many)))
    assert [one.weight for one in told[:4]] == [8, 7, 6, 5]
    assert told[4].text == "4 more products: 10 seats not used either."
    assert len(told) == 5
