"""The vendor's commands: what they sign is what was asked, and a wrong call writes nothing."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calls import done, failed

from pgtoll_policy.documents import (
    Document,
    License,
    LicenseType,
    Operation,
    Product,
    Revocation,
    read_document,
)
from pgtoll_policy.keys import parse_public_key, trusted

ID = "0123456789abcdef0123456789abcdef"


def signed(vendor: Path, file: Path) -> Document:
    """Return what the file says, as a proxy that trusts this vendor reads it."""
    key = parse_public_key((vendor / "vendor.pub").read_bytes())
    return read_document(file.read_bytes(), trusted([key]))


def a_product(vendor: Path, out: Path, *more: str) -> tuple[object, ...]:
    return (
        *("vendor", "product", "--code", "marketing", "--title", "Marketing", "--prefix", "Mrkt"),
        *("--key", vendor / "vendor.key", "--out", out, *more),
    )


def a_license(vendor: Path, out: Path, *more: str, type_: str = "server") -> tuple[object, ...]:
    return (
        *("vendor", "issue", "--product", "marketing", "--type", type_, "--customer", "acme"),
        *("--key", vendor / "vendor.key", "--out", out, *more),
    )


def test_keygen_makes_the_directory_and_two_files(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    printed = done("vendor", "keygen", "--out", folder)
    assert sorted(os.listdir(folder)) == ["vendor.key", "vendor.pub"]
    assert stat.S_IMODE((folder / "vendor.key").stat().st_mode) == 0o600
    assert str(folder / "vendor.pub") in printed
    assert "PRIVATE" not in printed


@pytest.mark.parametrize("name", ["vendor.key", "vendor.pub"])
def test_keygen_never_replaces_a_key(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"mine")
    assert "exists already" in failed(2, "vendor", "keygen", "--out", tmp_path)
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == b"mine"


def test_keygen_where_a_file_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    assert "cannot create directory" in failed(2, "vendor", "keygen", "--out", file)
    assert "cannot create directory" in failed(2, "vendor", "keygen", "--out", file / "x")


def test_a_product_says_what_was_asked(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.product"
    more = ("--object", "Mrkt*", "--object", "crm.MrktLog", "--operation", "M.Use=Use it")
    done(*a_product(vendor, out, *more, "--serial", "4"))
    product = signed(vendor, out)
    assert isinstance(product, Product)
    assert (product.code, product.title, product.prefix) == ("marketing", "Marketing", "Mrkt")
    assert product.objects == ("Mrkt*", "crm.MrktLog")
    assert product.operations == (Operation("M.Use", "Use it"),)
    assert (product.cap, product.exempt, product.serial) == (None, (), 4)


def test_base_sets_the_cap(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "base.product"
    what = ("--code", "base", "--title", "CRM", "--cap", "50", "--exempt", "Setting*")
    done("vendor", "product", *what, "--key", vendor / "vendor.key", "--out", out)
    product = signed(vendor, out)
    assert isinstance(product, Product)
    assert (product.objects, product.cap, product.exempt) == (("*",), 50, ("Setting*",))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "no object"),
        (("--object", "Contact"), "does not start with the prefix"),
        (("--object", "a.b.Mrkt"), "more than one dot"),
        (("--object", "Mrkt*", "--prefix", "Usr"), "Usr"),
        (("--object", "Mrkt*", "--prefix", ""), "prefix must be"),
        (("--object", "Mrkt*", "--code", "1x"), "code must be"),
        (("--object", "Mrkt*", "--title", ""), "title must have"),
        (("--object", "Mrkt*", "--operation", "Use"), "expected CODE=NAME"),
        (("--object", "Mrkt*", "--operation", "=Use"), "expected CODE=NAME"),
        (("--object", "Mrkt*", "--operation", "b c=Use"), "code must be"),
        (("--object", "Mrkt*", "--cap", "5"), "only product base"),
        (("--object", "Mrkt*", "--exempt", "MrktLog"), "only product base"),
        (("--object", "Mrkt*", "--serial", "0"), "serial must be"),
        (("--object", "Mrkt*", "--serial", "x"), "--serial"),
        (("--object", "Mrkt*", "--object", "mrkt*"), "twice"),
    ],
)
def test_a_wrong_product_is_refused_and_not_written(
    more: tuple[str, ...], words: str, vendor: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.product"
    assert words in failed(2, *a_product(vendor, out, *more))
    assert not out.exists()


def test_a_server_license_lasts_365_days_from_today(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.lic"
    printed = done(*a_license(vendor, out))
    license = signed(vendor, out)
    assert isinstance(license, License)
    assert (license.product, license.type, license.seats) == ("marketing", LicenseType.SERVER, None)
    assert (license.customer, license.version, license.serial) == ("acme", None, 1)
    assert timedelta(0) <= datetime.now(UTC) - license.starts < timedelta(days=1, minutes=5)
    assert license.due - license.starts == timedelta(days=365)
    assert license.id in printed


def test_a_personal_license_says_what_was_asked(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.lic"
    more = ("--seats", "7", "--days", "30", "--starts", "2026-01-31", "--version", "8.1")
    done(*a_license(vendor, out, *more, "--serial", "3", type_="personal"))
    license = signed(vendor, out)
    assert isinstance(license, License)
    assert (license.seats, license.serial, license.version) == (7, 3, "8.1")
    assert license.starts == datetime(2026, 1, 31, tzinfo=UTC)
    assert license.due == datetime(2026, 3, 2, tzinfo=UTC)


def test_two_licenses_have_two_ids(vendor: Path, tmp_path: Path) -> None:
    ids = set()
    for name in ("1.lic", "2.lic"):
        done(*a_license(vendor, tmp_path / name))
        license = signed(vendor, tmp_path / name)
        assert isinstance(license, License)
        ids.add(license.id)
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("type_", "more", "words"),
    [
        ("personal", (), "--seats"),
        ("personal", ("--seats", "0"), "--seats"),
        ("personal", ("--seats", "-1"), "--seats"),
        ("personal", ("--seats", "many"), "--seats"),
        ("personal", ("--seats", "99999999999"), "seats must be"),
        ("server", ("--seats", "5"), "--seats"),
        ("Server", (), "--type: expected personal or server"),
        ("", (), "--type: expected personal or server"),
        ("server", ("--days", "0"), "--days"),
        ("server", ("--days", "-5"), "--days"),
        ("server", ("--days", "999999999"), "--days"),
        ("server", ("--days", "1.5"), "--days"),
        ("server", ("--starts", "2026-02-30"), "--starts: expected a date"),
        ("server", ("--starts", "31.01.2026"), "--starts: expected a date"),
        ("server", ("--starts", "20260131"), "--starts: expected a date"),
        ("server", ("--starts", "2026-W05-1"), "--starts: expected a date"),
        ("server", ("--starts", "9999-12-31"), "--days"),
        ("server", ("--starts", "1999-12-31"), "cannot sign: starts must be"),
        ("server", ("--serial", "0"), "serial must be"),
        ("server", ("--customer", ""), "customer must have"),
        ("server", ("--product", "a b"), "product must be"),
        ("server", ("--version", "a\nb"), "version has control characters"),
    ],
)
def test_a_wrong_license_is_refused_and_not_written(
    type_: str, more: tuple[str, ...], words: str, vendor: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.lic"
    assert words in failed(2, *a_license(vendor, out, *more, type_=type_))
    assert not out.exists()


@pytest.mark.parametrize("option", ["--product", "--type", "--customer", "--key", "--out"])
def test_an_option_that_is_needed_is_named(option: str, vendor: Path, tmp_path: Path) -> None:
    arguments = [str(each) for each in a_license(vendor, tmp_path / "m.lic")]
    at = arguments.index(option)
    message = failed(2, *arguments[:at], *arguments[at + 2 :])
    assert option in message
    assert "see pgtoll vendor issue --help" in message


def test_a_revocation_lists_the_licenses(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.revocation"
    other = ID[::-1]
    options = ("--license", ID, "--license", other, "--key", vendor / "vendor.key", "--out", out)
    done("vendor", "revoke", *options)
    first = signed(vendor, out)
    assert isinstance(first, Revocation)
    assert first.licenses == {ID, other}
    done("vendor", "revoke", *options, "--serial", "3")
    second = signed(vendor, out)
    assert isinstance(second, Revocation)
    assert second.serial == 3 < first.serial


def test_a_revocation_of_no_license_is_refused(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.revocation"
    key = ("--key", vendor / "vendor.key", "--out", out)
    assert "--license" in failed(2, "vendor", "revoke", *key)
    assert "license id" in failed(2, "vendor", "revoke", "--license", "7", *key)
    assert not out.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a private key"),
        (b"garbage", "not a private key"),
        (b"\xff\xfe\x00", "not a private key"),
        (b"x" * (1 << 17), "larger than"),
    ],
)
def test_a_wrong_key_is_refused(data: bytes, words: str, tmp_path: Path) -> None:
    key = tmp_path / "vendor.key"
    key.write_bytes(data)
    assert words in failed(2, *a_license(tmp_path, tmp_path / "m.lic"))
    assert os.listdir(tmp_path) == ["vendor.key"]


def test_a_public_key_does_not_sign(vendor: Path, tmp_path: Path) -> None:
    (vendor / "vendor.key").write_bytes((vendor / "vendor.pub").read_bytes())
    assert "not a private key" in failed(2, *a_license(vendor, tmp_path / "m.lic"))


def test_a_key_that_is_not_there_or_is_a_directory(tmp_path: Path) -> None:
    assert "no such file" in failed(2, *a_license(tmp_path, tmp_path / "m.lic"))
    (tmp_path / "vendor.key").mkdir()
    assert "is a directory" in failed(2, *a_license(tmp_path, tmp_path / "m.lic"))


def test_a_signed_file_is_replaced_and_nothing_else(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.lic"
    done(*a_license(vendor, out))
    before = out.read_bytes()
    done(*a_license(vendor, out))
    assert out.read_bytes() != before
    for other in (vendor / "vendor.key", tmp_path / "notes.txt"):
        other.write_bytes(kept := other.read_bytes() if other.exists() else b"notes")
        assert "exists already" in failed(2, *a_license(vendor, other))
        assert other.read_bytes() == kept


def test_a_product_signed_again_is_newer(vendor: Path, tmp_path: Path) -> None:
    serials = []
    for name in ("1.product", "2.product"):
        what = ("--code", "base", "--title", "Base", "--key", vendor / "vendor.key")
        done("vendor", "product", *what, "--out", tmp_path / name)
        product = signed(vendor, tmp_path / name)
        serials.append(product.serial)
    assert serials[0] < serials[1]
