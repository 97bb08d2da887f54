"""What a product is, in one word and with its dates."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from license_samples import DUE, MARKETING, NOW, PERSONAL, REVOCATION, SERVER, STARTS

from pgtoll.office.holdings import Held
from pgtoll.office.models import Status
from pgtoll.office.refusals import NotKnown
from pgtoll.office.standing import license_lines, product_line, product_lines
from pgtoll.store.archive import Problem, StoredDocument
from pgtoll_policy.documents import Document, License
from pgtoll_policy.policy import compile_policy

DAY = timedelta(days=1)


def stored(id_: int, document: Document) -> StoredDocument:
    license = document if isinstance(document, License) else None
    kind, code = ("license", license.id) if license else ("product", "marketing")
    return StoredDocument(id_, kind, code, "marketing", document.serial, b"", NOW, "anna")


def holding(documents: Iterable[Document], *problems: Problem) -> Held:
    found = dict(enumerate(documents))
    return Held(
        stored=(*(stored(*one) for one in found.items()), *(one.document for one in problems)),
        documents=found,
        problems=problems,
        policy=compile_policy(found.values(), (), customer="us", instance="7"),
    )


@pytest.mark.parametrize(
    ("documents", "now", "status"),
    [
        ((), NOW, Status.DEMO),
        ((SERVER,), NOW, Status.SERVER),
        ((PERSONAL,), NOW, Status.SEATS),
        ((PERSONAL,), DUE, Status.EXPIRED),
        ((PERSONAL,), STARTS - DAY, Status.NOT_YET),
        ((SERVER, REVOCATION), NOW, Status.REVOKED),
        ((replace(SERVER, customer="them"),), NOW, Status.FOREIGN),
        ((replace(SERVER, instance="8"),), NOW, Status.ELSEWHERE),
    ],
)
def test_a_product_is_one_thing(
    documents: tuple[Document, ...], now: datetime, status: Status
) -> None:
    line = product_line(holding((MARKETING, *documents)), "marketing", 0, now)
    assert line.status is status


def test_an_older_versions_license_is_told_from_an_expired_one() -> None:
    held = holding((replace(MARKETING, version="2.0"), replace(SERVER, version="1.0")))
    assert product_line(held, "marketing", 0, NOW).status is Status.OUTDATED


def test_a_line_has_the_dates_and_seats_of_what_decides() -> None:
    held = holding((MARKETING, PERSONAL))
    line = product_line(held, "marketing", 1, NOW)
    assert (line.types, line.starts, line.due) == (("personal",), STARTS, DUE)
    assert (line.used, line.bought, line.available) == (1, 2, 1)
    assert (line.title, line.reason) == ("Marketing", "personal license until 2026-12-31")


def test_what_soon_expires_is_warned_of() -> None:
    held = holding((MARKETING, PERSONAL))
    warnings = [
        product_line(held, "marketing", 0, at).warning for at in (DUE - 31 * DAY, DUE - DAY, DUE)
    ]
    assert warnings == ["", "license expires on 2026-12-31", "license expired on 2026-12-31"]


def test_all_products_are_listed_with_base() -> None:
    lines = product_lines(holding((MARKETING, PERSONAL)), {"marketing": 2}, NOW)
    assert [(line.code, line.used) for line in lines] == [("base", 0), ("marketing", 2)]
    assert lines[0].reason == "demo mode: each table takes up to 1000 rows"


def test_no_product_has_no_line() -> None:
    with pytest.raises(NotKnown, match="product sales is not known here"):
        product_line(holding(()), "sales", 0, NOW)


def test_licenses_say_why_they_do_not_count() -> None:
    newer = replace(PERSONAL, id="5" * 32, serial=2)
    forged = Problem(stored(9, replace(PERSONAL, id="6" * 32)), "no trusted key has signed it")
    lines = license_lines(holding((MARKETING, PERSONAL, newer), forged), "marketing", NOW)
    assert [(line.license is None, line.fault) for line in lines] == [
        (False, "a newer serial is held"),
        (False, ""),
        (True, "no trusted key has signed it"),
    ]
    (orphan,) = license_lines(holding((PERSONAL,)), "marketing", NOW)
    assert orphan.fault == "product marketing is not known here: upload its product file"
