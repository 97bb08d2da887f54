"""A file that may not count is refused with a message of its own, and changes nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calls import Shop, done
from license_samples import sign_payload
from servers import Postgres

from pgtoll_policy.documents import License, payload_type_of, read_document, render_document
from pgtoll_policy.issue import parse_private_key, sign
from pgtoll_policy.keys import parse_public_key, trusted

pytestmark = pytest.mark.live


@pytest.fixture
def held(tmp_path: Path, store_database: Postgres) -> Iterator[Shop]:
    """A shop whose customer is "acme", with a license of two seats that is in force."""
    vendor = tmp_path / "vendor"
    done("vendor", "keygen", "--out", vendor)
    shop = Shop(vendor, store_database)
    files = (shop.product(), shop.license("held", "marketing", "--seats", 2, "--serial", 5))
    shop.done("license", "upload", *files)
    shop.done("seats", "grant", "marketing", "alice", "bob")
    before = _everything(shop)
    yield shop
    assert _everything(shop) == before


def _everything(shop: Shop) -> list[tuple[object, ...]]:
    with shop.database.connect() as connection:
        documents = connection.execute("SELECT * FROM pgtoll.document ORDER BY id").fetchall()
        return documents + connection.execute("SELECT * FROM pgtoll.seat").fetchall()


def refused(shop: Shop, file: Path, *options: object) -> str:
    message = shop.failed(3, "license", "upload", file, *options)
    assert message.startswith(f"{file}: ")
    return message.removeprefix(f"{file}: ")


def rewritten(file: Path, data: bytes) -> Path:
    file.write_bytes(data)
    return file


def test_forged_content(held: Shop) -> None:
    file = held.license("x", "marketing", "--seats", 9, "--serial", 6)
    data = file.read_bytes()
    at = data.index(b'"payload":"') + 60
    other = b"A" if data[at : at + 1] != b"A" else b"B"
    message = refused(held, rewritten(file, data[:at] + other + data[at + 1 :]))
    assert message.startswith("signature of key ")
    assert message.endswith(" does not match")


def test_cut_short(held: Shop) -> None:
    file = held.license("x", "marketing", "--seats", 9, "--serial", 6)
    message = refused(held, rewritten(file, file.read_bytes()[:-20]))
    assert message == "not a signed file of pgtoll, or altered or cut short on its way"


def test_signed_anew_by_somebody_else(held: Shop, tmp_path: Path) -> None:
    done("vendor", "keygen", "--out", tmp_path / "thief")
    stolen = Shop(tmp_path / "thief", held.database)
    message = refused(held, stolen.license("x", "marketing", "--seats", 9, "--serial", 6))
    assert message.startswith("not signed by a trusted key but by ")


def test_signed_anew_in_the_name_of_the_vendors_key(held: Shop, tmp_path: Path) -> None:
    done("vendor", "keygen", "--out", tmp_path / "thief")
    thief = Shop(tmp_path / "thief", held.database)
    file = thief.license("x", "marketing", "--seats", 9, "--serial", 6)
    ids = [_key_id(shop) for shop in (thief, held)]
    message = refused(held, rewritten(file, file.read_bytes().replace(ids[0], ids[1])))
    assert message == f"signature of key {ids[1].decode()} does not match"


def _key_id(shop: Shop) -> bytes:
    return parse_public_key((shop.vendor / "vendor.pub").read_bytes()).key_id.encode()


def test_the_same_file_again_gives_no_seats(held: Shop) -> None:
    printed = held.done("license", "upload", held.vendor / "held.lic")
    assert printed.endswith(", which was there already: nothing changed\n")
    assert "has 2 seats and 2 are taken" in held.failed(2, "seats", "grant", "marketing", "carol")


def test_the_same_serial_with_other_content(held: Shop) -> None:
    license = signed(held, "held")
    key = parse_private_key((held.vendor / "vendor.key").read_bytes())
    more = sign(replace(license, seats=9), key)
    message = refused(held, rewritten(held.vendor / "more.lic", more))
    assert message == f"serial 5 of license {license.id} is held with other content"


def signed(shop: Shop, name: str) -> License:
    key = parse_public_key((shop.vendor / "vendor.pub").read_bytes())
    license = read_document((shop.vendor / f"{name}.lic").read_bytes(), trusted([key]))
    assert isinstance(license, License)
    return license


def test_an_older_serial(held: Shop) -> None:
    message = refused(held, held.license("x", "marketing", "--seats", 9, "--serial", 4))
    assert message.startswith("serial 4 of the personal license ")
    assert " is older than 5, held as license " in message


def test_one_that_was_replaced_does_not_come_back_when_the_newer_is_deleted(
    tmp_path: Path, store_database: Postgres
) -> None:
    vendor = tmp_path / "vendor"
    done("vendor", "keygen", "--out", vendor)
    shop = Shop(vendor, store_database)
    many = shop.license("many", "base", "--seats", 50)
    few = shop.license("few", "base", "--seats", 2, "--serial", 2)
    for file in (many, few):
        shop.done("license", "upload", file)
    shop.done("license", "delete", "--all")
    before = _everything(shop)
    message = refused(shop, many)
    assert message == (
        f"license {signed(shop, 'many').id} was replaced here by serial 2, "
        f"license {signed(shop, 'few').id}, and does not come back"
    )
    assert _everything(shop) == before
    shop.done("license", "upload", few)
    shop.done("license", "delete", "--all")
    shop.done("license", "upload", few)


def test_another_customers(held: Shop) -> None:
    file = held.license("x", "marketing", "--seats", 9, "--serial", 6)
    message = refused(held, file, "--customer", "umbrella")
    assert message == 'license is for customer "acme": ask the vendor for one of your own'


def test_another_instances(held: Shop) -> None:
    elsewhere = ("--instance", "7000000000000000001")
    message = refused(held, held.license("x", "marketing", "--seats", 9, "--serial", 6, *elsewhere))
    assert message.startswith("license is for instance 7000000000000000001, this is instance ")


def test_dated_in_the_future(held: Shop) -> None:
    key = parse_private_key((held.vendor / "vendor.key").read_bytes())
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    dated = replace(signed(held, "held"), id="e" * 32, serial=6, issued=later)
    message = refused(held, rewritten(held.vendor / "x.lic", sign(dated, key)))
    assert message.startswith(f"file was issued on {later:%Y-%m-%d}, after the present time: ")


def test_without_a_field_that_files_have(held: Shop) -> None:
    license = signed(held, "held")
    content = json.loads(render_document(license))
    del content["instance"]
    key = parse_private_key((held.vendor / "vendor.key").read_bytes())
    data = sign_payload(payload_type_of(license), json.dumps(content).encode(), key)
    assert refused(held, rewritten(held.vendor / "x.lic", data)) == "missing field instance"


def test_revoked(tmp_path: Path, store_database: Postgres) -> None:
    vendor = tmp_path / "vendor"
    done("vendor", "keygen", "--out", vendor)
    shop = Shop(vendor, store_database)
    file, out = shop.license("b", "base"), vendor / "r.revocation"
    id_ = signed(shop, "b").id
    done("vendor", "revoke", "--license", id_, "--key", vendor / "vendor.key", "--out", out)
    shop.done("license", "upload", out)
    before = _everything(shop)
    assert refused(shop, file) == f"server license {id_} of product base was revoked"
    assert _everything(shop) == before
    assert shop.json("license", "list") == []
