"""A request tells what is wanted, and what is in use."""

from dataclasses import replace

import pytest
from license_samples import MARKETING, NOW, PERSONAL, SERVER

from pgtoll_policy.asking import Ask, make_request
from pgtoll_policy.documents import Document
from pgtoll_policy.errors import BadDocument
from pgtoll_policy.policy import compile_policy
from pgtoll_policy.request import Want, parse_request, render_request

ASK = Ask("acme", "8.1", (Want("marketing", 5),))


def test_a_request_shows_products_licenses_and_seats() -> None:
    old = replace(PERSONAL, id="3" * 32, due=NOW, seats=9)
    documents: list[Document] = [replace(MARKETING, version="8"), PERSONAL, old]
    policy = compile_policy(documents, [], customer="acme", instance="7")
    request = make_request(policy, {"marketing": 1}, ASK, NOW)
    assert (request.customer, request.version, request.instance) == ("acme", "8.1", "7")
    base, marketing = request.products
    assert (base.product, base.state, base.licenses) == ("base", "no license was uploaded", ())
    assert (marketing.version, marketing.bought, marketing.taken) == ("8", 2, 1)
    assert marketing.state == "personal license until 2026-12-31"
    assert [(one.id, one.seats, one.state) for one in marketing.licenses] == [
        (PERSONAL.id, 2, "in force"),
        (old.id, 9, "license expired on 2026-05-31"),
    ]
    assert parse_request(render_request(request)) == request


def test_a_license_that_is_not_in_force_is_told_with_the_reason() -> None:
    policy = compile_policy([MARKETING, replace(SERVER, instance="8")], [], instance="7")
    _, marketing = make_request(policy, {}, ASK, NOW).products
    assert marketing.state == "license is for instance 8, this is instance 7"
    assert marketing.licenses[0].state == marketing.state


def test_a_request_wants_something() -> None:
    with pytest.raises(BadDocument, match="must want a product"):
        make_request(compile_policy([], []), {}, replace(ASK, wants=()), NOW)
