"""`pgtoll inspect` shows what a file says, and never as true what no trusted key has signed."""

import json
from pathlib import Path

import pytest
from calls import done, failed
from license_samples import NOW, PERSONAL

from pgtoll_policy.request import InUse, Request, Want, held_license, render_request


@pytest.fixture
def license(vendor: Path, tmp_path: Path) -> Path:
    out = tmp_path / "m.lic"
    what = ("--product", "marketing", "--type", "personal", "--seats", "5", "--customer", "acme")
    when = ("--starts", "2026-01-31", "--days", "10")
    done("vendor", "issue", *what, *when, "--key", vendor / "vendor.key", "--out", out)
    return out


def facts(printed: str) -> dict[str, str]:
    """Return the names and values of the lines."""
    lines = (line.split("  ", 1) for line in printed.splitlines())
    return {name.strip(): value.strip() for name, value in lines}


def test_a_license_is_shown(vendor: Path, license: Path) -> None:
    shown = facts(done("inspect", license, "--trust", vendor))
    assert (shown["kind"], shown["product"], shown["type"]) == ("license", "marketing", "personal")
    assert (shown["seats"], shown["customer"]) == ("5", "acme")
    assert shown["starts"] == "2026-01-31T00:00:00Z"
    assert shown["due"] == "2026-02-10T00:00:00Z (last day 2026-02-09)"
    assert shown["signature"] == "good, by a trusted key"
    assert "version" not in shown


def test_without_a_key_the_signature_is_not_vouched_for(license: Path) -> None:
    assert facts(done("inspect", license))["signature"].startswith("NOT CHECKED")


def test_json_has_every_field(vendor: Path, license: Path) -> None:
    checked = json.loads(done("inspect", license, "--trust", vendor / "vendor.pub", "--json"))
    unchecked = json.loads(done("inspect", license, "--json"))
    assert (checked["verified"], unchecked["verified"]) == (True, False)
    assert checked["kind"] == "license"
    assert checked["version"] is None
    assert len(checked["key_id"]) == 32
    assert checked | {"verified": False} == unchecked


def test_a_product_is_shown(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.product"
    what = ("--code", "marketing", "--title", "Marketing", "--prefix", "Mrkt", "--object", "Mrkt*")
    more = ("--object", "MrktLog", "--operation", "M.Use=Use it")
    done("vendor", "product", *what, *more, "--key", vendor / "vendor.key", "--out", out)
    shown = facts(done("inspect", out, "--trust", vendor))
    assert (shown["kind"], shown["title"]) == ("product", "Marketing")
    assert shown["objects"] == "Mrkt*, MrktLog"
    assert shown["operations"] == "M.Use (Use it)"
    assert "components" not in shown


def test_a_revocation_is_shown(vendor: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.revocation"
    one = "0123456789abcdef0123456789abcdef"
    done("vendor", "revoke", "--license", one, "--key", vendor / "vendor.key", "--out", out)
    shown = facts(done("inspect", out, "--trust", vendor))
    assert (shown["kind"], shown["licenses"]) == ("revocation", one)


def test_another_vendors_file_is_refused(license: Path, tmp_path: Path) -> None:
    done("vendor", "keygen", "--out", tmp_path / "other")
    message = failed(3, "inspect", license, "--trust", tmp_path / "other")
    assert "not signed by a trusted key" in message


def test_a_changed_file_is_refused(vendor: Path, license: Path) -> None:
    data = license.read_bytes()
    at = data.index(b'"payload":"') + 40
    license.write_bytes(data[:at] + (b"A" if data[at : at + 1] != b"A" else b"B") + data[at + 1 :])
    failed(3, "inspect", license, "--trust", vendor)


@pytest.mark.parametrize("data", [b"", b"garbage", b"\xff\xfe\x00", b"{}", b"[" * 100_000])
def test_a_file_that_is_none_of_ours_is_refused(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.lic"
    file.write_bytes(data)
    assert "not a signed file" in failed(3, "inspect", file)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert "no such file" in failed(2, "inspect", tmp_path / "absent.lic")
    assert "is a directory" in failed(2, "inspect", tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "x.lic"
    file.write_bytes(b"x" * ((1 << 20) + 1))
    assert "larger than" in failed(2, "inspect", file)


def test_a_wrong_key_is_wrong_usage(license: Path, tmp_path: Path) -> None:
    assert "no *.pub file" in failed(2, "inspect", license, "--trust", tmp_path)
    assert "is not a public key" in failed(2, "inspect", license, "--trust", license)


def test_the_trusted_key_may_come_from_the_environment(vendor: Path, license: Path) -> None:
    printed = done("inspect", license, "--json", PGTOLL_TRUST=str(vendor))
    assert json.loads(printed)["verified"] is True


REQUEST = Request(
    customer="acme",
    version="8.1",
    instance=None,
    created=NOW,
    wants=(Want("marketing", 5), Want("base", None)),
    products=(
        InUse(
            "marketing",
            "8",
            "personal license until 2026-12-31",
            bought=2,
            taken=1,
            licenses=(held_license(PERSONAL, "in force"),),
        ),
    ),
)


def test_a_request_is_shown_and_said_to_prove_nothing(tmp_path: Path) -> None:
    file = tmp_path / "r.tlr"
    file.write_bytes(render_request(REQUEST))
    printed = done("inspect", file)
    rows = [" ".join(line.split()) for line in printed.splitlines()]
    assert "customer acme" in rows
    assert "instance not known" in rows
    assert "signature requests are not signed: what it says proves nothing" in rows
    assert "marketing personal 5" in rows
    assert "base server -" in rows
    assert "marketing 8 1 2 personal license until 2026-12-31" in rows
    assert f"{PERSONAL.id} marketing personal 2 2026-12-31 1 in force" in rows
    shown = json.loads(done("inspect", file, "--json"))
    assert (shown["kind"], shown["signed"], shown["wants"][0]["seats"]) == ("request", False, 5)


def test_a_request_that_is_not_sound_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "r.tlr"
    file.write_bytes(b'{"format": "pgtoll.request/2"}')
    message = failed(3, "inspect", file)
    assert "r.tlr: not a sound request: not a request of format pgtoll.request/1" in message
