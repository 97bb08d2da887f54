"""What a key has signed is what its files say; files of others are counted."""

import json
from pathlib import Path

import pytest
from calls import done, failed
from signed_files import a_license, a_product, signed

from pgtoll_policy.documents import License


@pytest.fixture
def shelf(vendor: Path, tmp_path: Path) -> Path:
    """A folder of signed files: of a product, its licenses, a revocation, and a stranger."""
    folder = tmp_path / "shelf"
    (folder / "acme").mkdir(parents=True)
    done(*a_product(vendor, folder / "m.product", "--object", "Mrkt*", "--version", "8"))
    old = ("--starts", "2024-01-01", "--serial", "1")
    done(*a_license(vendor, folder / "acme" / "old.lic", *old))
    done(*a_license(vendor, folder / "acme" / "less.lic", "--serial", "2"))
    done(*a_license(vendor, folder / "acme" / "more.lic", "--serial", "3", "--version", "8"))
    done(*a_license(vendor, folder / "bad.lic", "--serial", "3", "--customer", "umbrella"))
    revoked = signed(vendor, folder / "bad.lic")
    assert isinstance(revoked, License)
    out = ("--key", vendor / "vendor.key", "--out", folder / "r.revocation")
    done("vendor", "revoke", "--license", revoked.id, *out)
    done("vendor", "keygen", "--out", tmp_path / "stranger")
    done(*a_license(tmp_path / "stranger", folder / "strangers.lic"))
    (folder / "notes.txt").write_text("notes")
    (folder / ".hidden").write_text("hidden")
    return folder


def test_a_list_tells_what_became_of_each_license(vendor: Path, shelf: Path) -> None:
    key = ("--key", vendor / "vendor.key")
    lines = json.loads(done("vendor", "list", *key, shelf, "--json"))
    by_name = {Path(line["file"]).name: line for line in lines}
    assert {name: line["state"] for name, line in by_name.items()} == {
        "m.product": None,
        "old.lic": "license expired on 2024-12-30",
        "less.lic": "a newer serial is signed",
        "more.lic": "good",
        "bad.lic": "license was revoked",
        "r.revocation": None,
    }
    assert by_name["r.revocation"]["revokes"] == [by_name["bad.lic"]["id"]]
    more = by_name["more.lic"]
    assert (more["kind"], more["product"], more["customer"]) == ("license", "marketing", "acme")
    assert (more["version"], more["serial"], more["instance"]) == ("8", 3, None)
    assert by_name["m.product"]["version"] == "8"


def test_a_list_is_a_table_for_people(vendor: Path, shelf: Path) -> None:
    printed = done("vendor", "list", "--pub", vendor / "vendor.pub", shelf, shelf / "bad.lic")
    assert printed.endswith("6 signed files, 2 that the key has not signed\n")
    (row,) = [line for line in printed.splitlines() if "more.lic" in line]
    assert "marketing" in row
    assert "good" in row
    assert done("vendor", "list", "--pub", vendor / "vendor.pub", shelf / "notes.txt") == (
        "0 signed files, 1 that the key has not signed\n"
    )


def test_several_public_keys_are_a_vendor_who_changed_keys(
    vendor: Path, shelf: Path, tmp_path: Path
) -> None:
    keys = ("--pub", vendor / "vendor.pub", "--pub", tmp_path / "stranger" / "vendor.pub")
    lines = json.loads(done("vendor", "list", *keys, shelf, "--json"))
    assert len({line["key_id"] for line in lines}) == 2
    assert len(lines) == 7


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "either --key KEY or --pub FILE"),
        (("--key", "vendor.key", "--pub", "vendor.pub"), "either --key KEY or --pub FILE"),
        (("--pub", "vendor.key"), "a private key where a public key belongs"),
        (("--key", "vendor.pub"), "not a private key"),
        (("--pub", "absent.pub"), "cannot read"),
    ],
)
def test_a_wrong_key_is_one_line(options: tuple[str, ...], words: str, vendor: Path) -> None:
    named = [str(vendor / each) if "." in each else each for each in options]
    assert words in failed(2, "vendor", "list", *named, vendor)


def test_a_file_that_is_not_there(vendor: Path) -> None:
    key = ("--pub", vendor / "vendor.pub")
    assert "cannot read" in failed(2, "vendor", "list", *key, vendor / "absent.lic")


def test_a_protected_key_is_asked_for_its_passphrase(tmp_path: Path) -> None:
    secret = {"PGTOLL_PASSPHRASE": "correct horse"}
    done("vendor", "keygen", "--out", tmp_path, **secret)
    key = ("--key", tmp_path / "vendor.key")
    assert "is protected by a passphrase" in failed(2, "vendor", "list", *key, tmp_path)
    assert done("vendor", "list", *key, tmp_path, **secret).startswith("0 signed files")
