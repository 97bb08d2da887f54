"""What uploading a document does to those held, and when it is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from license_samples import DUE, MARKETING, NOW, PERSONAL, REVOCATION, SERVER

from pgtoll_policy.admission import (
    admit,
    collisions,
    expect_usable,
    latest,
    revocations,
    revoked_licenses,
)
from pgtoll_policy.coverage import ANYWHERE, Place
from pgtoll_policy.documents import (
    BASE_PRODUCT,
    Document,
    License,
    Operation,
    Product,
    Revocation,
)
from pgtoll_policy.errors import BadDocument, Conflict, LicenseError, NotForUs, Rollback

LATER = datetime(2026, 6, 3, tzinfo=UTC)
OTHER_KEY = "b" * 32
THIRD_KEY = "c" * 32
BASE = replace(BASE_PRODUCT, serial=1, key_id="a" * 32)
SUITE = replace(MARKETING, code="suite", objects=("MrktInvoice", "MrktLead"), operations=())
SALES = replace(MARKETING, code="sales", prefix="Sls", objects=("Sls*",), operations=())


def newer(document: Product | License, serial: int = 2) -> Document:
    return replace(document, serial=serial)


@pytest.mark.parametrize("document", [MARKETING, BASE, REVOCATION])
def test_a_first_document_replaces_nothing(document: Document) -> None:
    assert admit(document, []) == ()


def test_a_license_of_a_known_product_is_admitted() -> None:
    assert admit(SERVER, [MARKETING]) == ()
    assert admit(replace(SERVER, product="base"), []) == ()


def test_a_license_of_an_unknown_product_says_what_to_do() -> None:
    with pytest.raises(BadDocument, match="marketing is not known here: upload its product file"):
        admit(SERVER, [BASE, SALES])


@pytest.mark.parametrize("document", [MARKETING, SERVER])
def test_a_newer_serial_replaces_the_older(document: Product | License) -> None:
    assert admit(newer(document), {SALES, document, MARKETING}) == (document,)


@pytest.mark.parametrize(("document", "name"), [(MARKETING, "marketing"), (SERVER, "1" * 32)])
def test_an_older_serial_is_refused(document: Product | License, name: str) -> None:
    with pytest.raises(Rollback, match=f"serial 1 of .* {name} is older than 2"):
        admit(document, [BASE, MARKETING, newer(document)])


def another(license: License, **fields: object) -> License:
    """A license of its own, with these fields changed."""
    return replace(license, id="9" * 32, **fields)  # type: ignore[arg-type]


def test_a_newer_serial_replaces_every_older_license_of_its_line() -> None:
    bought, added = PERSONAL, another(PERSONAL, seats=5)
    assert admit(added, [MARKETING, bought]) == ()
    renewed = replace(PERSONAL, id="8" * 32, serial=2)
    assert set(admit(renewed, [MARKETING, bought, added])) == {bought, added}


def test_an_older_serial_of_a_line_is_refused() -> None:
    with pytest.raises(Rollback, match=r"serial 1 of the personal license .* is older than 2"):
        admit(another(PERSONAL), [MARKETING, replace(PERSONAL, serial=2)])


@pytest.mark.parametrize("fields", [{"customer": "acme"}, {"product": "base"}])
def test_another_customer_or_product_is_another_line(fields: dict[str, str]) -> None:
    held: list[Document] = [MARKETING, replace(PERSONAL, serial=2)]
    assert admit(another(PERSONAL, **fields), held) == ()


def test_only_the_newest_serial_of_a_line_counts() -> None:
    renewed = another(PERSONAL, serial=2)
    added = replace(PERSONAL, id="8" * 32, serial=2)
    _, licenses = latest([MARKETING, PERSONAL, renewed, added])
    assert set(licenses.values()) == {renewed, added}


@pytest.mark.parametrize("document", [MARKETING, SERVER])
def test_the_same_document_again_replaces_itself(document: Product | License) -> None:
    held = {document, MARKETING}
    assert admit(document, held) == (document,)
    rotated = replace(document, key_id=OTHER_KEY)
    assert admit(rotated, held) == (document,)


@pytest.mark.parametrize(
    ("document", "held"),
    [(replace(MARKETING, title="X"), MARKETING), (replace(PERSONAL, seats=9), PERSONAL)],
)
def test_the_same_serial_with_other_content_is_refused(document: Document, held: Document) -> None:
    with pytest.raises(Rollback, match=r"serial 1 of .* is held with other content"):
        admit(document, [MARKETING, held])


def test_another_license_of_the_product_stands_beside_the_first() -> None:
    assert admit(replace(PERSONAL, id="3" * 32), [MARKETING, PERSONAL]) == ()


def test_a_license_does_not_move_to_another_product() -> None:
    moved = replace(SERVER, product="sales", serial=2)
    with pytest.raises(Conflict, match=f"license {SERVER.id} is of product marketing"):
        admit(moved, [MARKETING, SALES, SERVER])


@pytest.mark.parametrize(
    "license",
    [
        replace(SERVER, starts=datetime(2020, 1, 1, tzinfo=UTC), due=DUE - timedelta(days=999)),
        replace(SERVER, version="1"),
        replace(SERVER, starts=DUE, due=DUE + timedelta(days=1)),
    ],
)
def test_a_license_that_is_not_in_force_is_admitted(license: License) -> None:
    held: list[Document] = [replace(MARKETING, version="2"), REVOCATION]
    assert admit(license, held) == ()
    expect_usable(license, held[:1], ANYWHERE, NOW)


HERE = Place(customer="ACME", instance="7")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (replace(PERSONAL, customer="B"), 'license is for customer "B": ask the vendor'),
        (replace(PERSONAL, instance="8"), "license is for instance 8, this is instance 7: ask"),
        (SERVER, f"server license {SERVER.id} of product marketing was revoked"),
        (replace(PERSONAL, issued=LATER), "file was issued on 2026-06-03, after .*: 2026-06-01"),
        (replace(MARKETING, issued=LATER), "file was issued on 2026-06-03, after the present"),
        (replace(REVOCATION, issued=LATER), "file was issued on 2026-06-03, after the present"),
    ],
)
def test_what_can_never_count_here_is_refused(document: Document, words: str) -> None:
    with pytest.raises(NotForUs, match=words):
        expect_usable(document, [MARKETING, REVOCATION], HERE, NOW)


@pytest.mark.parametrize(
    "document",
    [
        replace(PERSONAL, customer="ACME", instance="7"),
        replace(PERSONAL, issued=NOW + timedelta(days=1)),
        MARKETING,
        REVOCATION,
    ],
)
def test_what_may_count_here_is_usable(document: Document) -> None:
    expect_usable(document, [MARKETING, REVOCATION], HERE, NOW)


# Revocations add up: none takes anything back.


def test_a_longer_revocation_replaces_the_shorter() -> None:
    longer = Revocation(frozenset({SERVER.id, PERSONAL.id}), 2, REVOCATION.issued)
    assert admit(longer, [MARKETING, REVOCATION]) == (REVOCATION,)
    assert admit(REVOCATION, [REVOCATION]) == (REVOCATION,)
    assert admit(REVOCATION, [longer]) == ()


def test_revocations_of_other_licenses_stay() -> None:
    other = replace(REVOCATION, licenses=frozenset({PERSONAL.id}), serial=9)
    assert admit(other, [REVOCATION]) == ()
    assert revocations([MARKETING, other, REVOCATION]) == [other, REVOCATION]
    assert revoked_licenses([MARKETING, other, REVOCATION]) == {SERVER.id, PERSONAL.id}
    assert revoked_licenses([]) == frozenset()


def test_the_latest_of_each_name_counts() -> None:
    products, licenses = latest([newer(MARKETING, 3), newer(SERVER), MARKETING, SERVER, REVOCATION])
    assert products == {"base": BASE_PRODUCT, "marketing": newer(MARKETING, 3)}
    assert licenses == {SERVER.id: newer(SERVER)}
    assert latest([BASE])[0] == {"base": BASE}


# A personal and a server license must not control the same elements at the same time.


@pytest.mark.parametrize(
    ("license", "held", "elements"),
    [
        (SERVER, [MARKETING, PERSONAL], "MrktInvoice, object Mrkt.*, operation MrktApp.Use$"),
        (PERSONAL, [MARKETING, SERVER], "MrktInvoice, object Mrkt.*, operation MrktApp.Use$"),
        (
            replace(SERVER, product="suite"),
            [MARKETING, SUITE, PERSONAL],
            r"object MrktInvoice, object MrktLead \(Mrkt\*\)$",
        ),
        (
            replace(SERVER, product="sales"),
            [MARKETING, replace(SALES, operations=(Operation("MrktApp.Use", "x"),)), PERSONAL],
            "both control operation MrktApp.Use$",
        ),
        (
            replace(SERVER, product="base"),
            [MARKETING, replace(BASE, operations=(Operation("MrktApp.Use", "x"),)), PERSONAL],
            "both control operation MrktApp.Use$",
        ),
        (
            replace(SERVER, product="suite"),
            [
                SUITE,
                replace(SUITE, code="twin", objects=("a.MRKTLEAD",)),
                replace(PERSONAL, product="twin"),
            ],
            r"both control object MrktLead \(a.MRKTLEAD\)$",
        ),
        (
            replace(SERVER, product="base"),
            [replace(PERSONAL, product="base")],
            r"both control object \*$",
        ),
    ],
)
def test_a_collision_is_refused_and_names_both_sides(
    license: License, held: list[Document], elements: str
) -> None:
    other = next(one for one in held if isinstance(one, License))
    with pytest.raises(Conflict, match=elements) as refused:
        admit(license, held)
    for one in (license, other):
        said = f"{one.type.value} license {one.id} of product {one.product}"
        assert said in str(refused.value)


def test_a_long_list_of_elements_is_cut() -> None:
    objects = tuple(f"MrktTable{number}" for number in range(13))
    product = replace(MARKETING, objects=objects, operations=())
    with pytest.raises(Conflict, match=r"object MrktTable9 and 3 more$"):
        admit(SERVER, [product, PERSONAL])


@pytest.mark.parametrize(
    ("license", "held"),
    [
        (SERVER, [MARKETING, replace(PERSONAL, due=SERVER.starts)]),
        (SERVER, [MARKETING, replace(PERSONAL, starts=DUE, due=DUE + timedelta(days=1))]),
        (SERVER, [MARKETING, replace(SERVER, id="3" * 32)]),
        (SERVER, [MARKETING, SALES, replace(PERSONAL, product="sales")]),
        (SERVER, [MARKETING, replace(PERSONAL, product="base")]),
        (replace(SERVER, product="base"), [MARKETING, PERSONAL]),
        (SERVER, [MARKETING, PERSONAL, replace(REVOCATION, licenses=frozenset({PERSONAL.id}))]),
        (SERVER, [MARKETING, PERSONAL, REVOCATION]),
        (SERVER, [MARKETING, replace(PERSONAL, customer="B")]),
        (replace(SERVER, customer="B"), [MARKETING, PERSONAL]),
        (replace(SERVER, instance="8"), [MARKETING, PERSONAL]),
        (SERVER, [MARKETING, replace(PERSONAL, instance="8")]),
        (SERVER, [replace(MARKETING, version="2"), replace(PERSONAL, version="1")]),
        (replace(SERVER, version="1"), [replace(MARKETING, version="2"), PERSONAL]),
        (SERVER, [MARKETING, replace(PERSONAL, product="nobody's")]),
        (
            replace(SERVER, product="suite"),
            [
                SUITE,
                replace(SUITE, code="x", objects=("a.MrktA", "MrktB*")),
                replace(PERSONAL, product="x"),
            ],
        ),
    ],
)
def test_licenses_that_never_meet_do_not_collide(license: License, held: list[Document]) -> None:
    assert admit(license, held, place=Place(customer="A", instance="7")) == ()


def test_a_newer_serial_may_change_the_type_of_its_own_license() -> None:
    changed = replace(SERVER, id=PERSONAL.id, serial=2)
    assert admit(changed, [MARKETING, PERSONAL]) == (PERSONAL,)


def test_a_product_that_grows_into_a_collision_is_refused() -> None:
    small = replace(MARKETING, objects=("MrktInvoice",))
    sales = replace(SALES, prefix="Mrkt", objects=("MrktX",))
    server = replace(SERVER, product="sales")
    assert admit(server, [small, sales, PERSONAL]) == ()
    grown = replace(small, objects=("Mrkt*",), serial=2)
    with pytest.raises(Conflict, match=r"both control object Mrkt\* \(MrktX\)$"):
        admit(grown, [small, sales, PERSONAL, server])


def test_an_older_version_of_a_product_brings_no_collision_back() -> None:
    old, server = replace(PERSONAL, version="1"), replace(SERVER, version="2")
    held: list[Document] = [replace(MARKETING, version="2"), old, server]
    with pytest.raises(Conflict, match="collides"):
        admit(replace(MARKETING, version="1", serial=2), held)


def test_a_product_is_not_blamed_for_what_others_hold() -> None:
    held: list[Document] = [MARKETING, SUITE, PERSONAL, replace(SERVER, product="suite"), SALES]
    assert admit(newer(SALES), held) == (SALES,)


# Names under a prefix belong to the vendor who signed it first.


@pytest.mark.parametrize("prefix", ["Mrkt", "mRKT", "Mrk", "MrktPlus"])
def test_another_vendors_prefix_is_refused(prefix: str) -> None:
    product = replace(SALES, prefix=prefix, objects=(f"{prefix}X",), key_id=OTHER_KEY)
    with pytest.raises(Conflict, match=f"prefix {prefix} of product sales .* prefix Mrkt of prod"):
        admit(product, [BASE, MARKETING])


@pytest.mark.parametrize(
    ("product", "held"),
    [
        (SUITE, [MARKETING]),
        (replace(SALES, key_id=OTHER_KEY), [MARKETING]),
        (replace(SUITE, prefix="MrktInv"), [MARKETING]),
        # The key has signed a product of that prefix before.
        (
            replace(SUITE, key_id=OTHER_KEY),
            [MARKETING, replace(SALES, prefix="Mrkt", key_id=OTHER_KEY)],
        ),
        (
            replace(SUITE, prefix="MrktInv", key_id=OTHER_KEY),
            [MARKETING, replace(SALES, prefix="Mrkt", key_id=OTHER_KEY)],
        ),
        (
            replace(SUITE, prefix="MrktInvX", objects=("MrktInvX*",), key_id=OTHER_KEY),
            [MARKETING, replace(SALES, prefix="MrktInv", key_id=OTHER_KEY)],
        ),
        (replace(BASE, key_id=OTHER_KEY, serial=2), [MARKETING]),
        (MARKETING, [replace(BASE, key_id=OTHER_KEY)]),
    ],
)
def test_a_vendors_own_and_distant_prefixes_are_admitted(
    product: Product, held: list[Document]
) -> None:
    admit(product, held)


def test_a_vendor_changes_keys_by_signing_its_products_anew() -> None:
    rotated = replace(MARKETING, key_id=OTHER_KEY, serial=2)
    assert admit(rotated, [MARKETING, SUITE]) == (MARKETING,)
    assert admit(replace(SUITE, key_id=OTHER_KEY, serial=2), [rotated, SUITE]) == (SUITE,)


def test_a_product_signed_anew_cannot_take_a_third_vendors_prefix() -> None:
    third = replace(SALES, key_id=THIRD_KEY)
    taken = replace(MARKETING, prefix="Sls", objects=("SlsX",), key_id=OTHER_KEY, serial=2)
    with pytest.raises(Conflict, match="prefix Sls of product marketing claims names"):
        admit(taken, [MARKETING, third])


def test_a_wider_prefix_may_not_swallow_a_third_vendors() -> None:
    held: list[Document] = [
        replace(SALES, prefix="Slsx", objects=("Slsx*",)),
        replace(SUITE, prefix="Slsy", objects=("Slsy*",), key_id=OTHER_KEY),
    ]
    with pytest.raises(Conflict, match="prefix Slsy of product suite"):
        admit(replace(MARKETING, prefix="Sls", objects=("Sls*",)), held)


def test_base_gives_its_signer_no_right_to_any_prefix() -> None:
    held = [MARKETING, replace(BASE, key_id=OTHER_KEY)]
    with pytest.raises(LicenseError):
        admit(replace(SUITE, key_id=OTHER_KEY), held)


def test_collisions_that_are_held_all_the_same_are_told_once() -> None:
    assert collisions([MARKETING, SERVER]) == ()
    (told,) = collisions([MARKETING, SERVER, PERSONAL])
    assert "collides with" in told
    assert collisions([MARKETING, SERVER, PERSONAL, REVOCATION]) == ()
