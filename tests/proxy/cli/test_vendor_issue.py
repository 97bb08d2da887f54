"""A license says what was asked, by hand or by request; a wrong call writes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calls import done, failed
from signed_files import a_license, signed

from pgtoll_policy.documents import License, LicenseType
from pgtoll_policy.request import HeldLicense, InUse, Request, Want, render_request


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
        ("server", ("--product", "x"), "--product: without a request, a license is for one"),
        ("server", ("--instance", "here"), "instance must be"),
        ("server", ("--request", "absent.tlr"), "cannot read absent.tlr"),
        ("server", ("--version", "new"), "version must be numbers"),
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


def test_a_license_may_be_bound_to_an_instance(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.lic"
    done(*a_license(vendor, out, "--instance", "7301234567890123456"))
    license = signed(vendor, out)
    assert isinstance(license, License)
    assert license.instance == "7301234567890123456"


HELD = HeldLicense(
    id="1" * 32,
    type=LicenseType.PERSONAL,
    seats=2,
    starts=datetime(2026, 1, 1, tzinfo=UTC),
    due=datetime(2999, 1, 1, tzinfo=UTC),
    customer="acme",
    instance=None,
    version="8",
    serial=4,
    state="in force",
)
REQUEST = Request(
    customer="acme",
    version="8.1",
    instance="7301234567890123456",
    created=datetime(2026, 6, 1, tzinfo=UTC),
    wants=(Want("marketing", 5), Want("base", None), Want("sales", None)),
    products=(
        InUse("marketing", "8", "personal license", 2, 1, (HELD,)),
        InUse("sales", None, "personal license", 2, 1, (replace(HELD, id="2" * 32),)),
    ),
)


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    file = tmp_path / "r.tlr"
    file.write_bytes(render_request(REQUEST))
    return file


def answer(vendor: Path, request: Path, out: Path, *more: str) -> tuple[object, ...]:
    key = ("--key", vendor / "vendor.key", "--out", out)
    return ("vendor", "issue", "--request", request, *key, *more)


def test_a_request_is_answered_in_whole(vendor: Path, request_file: Path, tmp_path: Path) -> None:
    printed = done(*answer(vendor, request_file, tmp_path / "out", "--days", "30"))
    licenses = {}
    for path in (tmp_path / "out").iterdir():
        license = signed(vendor, path)
        assert isinstance(license, License)
        licenses[path.name] = license
        assert f"license {license.id} for product {license.product} signed: {path}" in printed
        assert (license.customer, license.version) == ("acme", "8.1")
        assert license.instance == "7301234567890123456"
        assert license.due - license.starts == timedelta(days=30)
    assert {name: (one.type, one.seats, one.serial) for name, one in licenses.items()} == {
        "marketing.lic": (LicenseType.PERSONAL, 5, 5),
        "base.lic": (LicenseType.SERVER, None, 1),
        "sales.lic": (LicenseType.SERVER, None, 1),
    }
    note = f"the customer's personal license {'2' * 32} until 2999-01-01 collides with it"
    assert printed.count("collides") == 1
    assert note in printed


def test_a_part_of_a_request_is_answered(vendor: Path, request_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.lic"
    more = ("--product", "marketing", "--version", "9", "--instance", "any", "--serial", "40")
    done(*answer(vendor, request_file, out, *more))
    license = signed(vendor, out)
    assert isinstance(license, License)
    assert (license.product, license.seats, license.serial) == ("marketing", 5, 40)
    assert (license.version, license.instance) == ("9", None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--product", "crm"), "--product: the request is for marketing, base, sales, not for crm"),
        (("--customer", "other"), "--customer: the request is of customer 'acme'"),
        (("--type", "server"), "--type: the request says that"),
        (("--seats", "3"), "--seats: the request says that"),
        (("--version", "new"), "cannot sign: version must be numbers"),
        (("--days", "0"), "--days"),
    ],
)
def test_a_wrong_answer_writes_nothing(
    more: tuple[str, ...], words: str, vendor: Path, request_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert words in failed(2, *answer(vendor, request_file, out, *more))
    assert not out.exists() or not list(out.iterdir())


def test_all_licenses_are_written_or_none(vendor: Path, request_file: Path, tmp_path: Path) -> None:
    assert "3 licenses need a directory" in failed(
        2, *answer(vendor, request_file, tmp_path / "one.lic")
    )
    out = tmp_path / "out"
    done(*answer(vendor, request_file, out, "--product", "sales", "--product", "base"))
    before = {path: path.read_bytes() for path in out.iterdir()}
    assert len(before) == 2
    message = failed(2, *answer(vendor, request_file, out))
    assert "base.lic exists already" in message
    assert {path: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"x" * (1 << 21)])
def test_what_is_no_request_is_one_line(data: bytes, vendor: Path, tmp_path: Path) -> None:
    file = tmp_path / "r.tlr"
    file.write_bytes(data)
    assert "r.tlr" in failed(2, *answer(vendor, file, tmp_path / "out"))
    assert not (tmp_path / "out").exists()
