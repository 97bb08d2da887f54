"""Keys and revocations: a wrong call writes nothing."""

import os
import stat
from pathlib import Path

import pytest
from calls import done, failed
from signed_files import signed
from typer.testing import CliRunner

from pgtoll.cli.main import app
from pgtoll_policy.documents import Revocation

ID = "0123456789abcdef0123456789abcdef"


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


def test_a_key_may_be_protected(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    plain = done("vendor", "keygen", "--out", tmp_path / "plain")
    assert "not protected by a passphrase" in plain
    for name, options, environment in (
        ("file", ("--passphrase-file", secret), {}),
        ("variable", (), {"PGTOLL_PASSPHRASE": "correct horse"}),
    ):
        printed = done("vendor", "keygen", "--out", tmp_path / name, *options, **environment)
        assert "keep it secret, there is no other copy; protected by its passphrase" in printed
        assert b"ENCRYPTED" in (tmp_path / name / "vendor.key").read_bytes()


def test_a_passphrase_may_be_asked_for(tmp_path: Path) -> None:
    words = ["vendor", "keygen", "--passphrase", "--out", str(tmp_path / "k")]
    typed = "correct horse\n"
    result = CliRunner().invoke(app, words, input=typed + typed)
    assert result.exit_code == 0
    assert "correct horse" not in result.output
    assert b"ENCRYPTED" in (tmp_path / "k" / "vendor.key").read_bytes()


def test_a_short_passphrase_makes_no_key(tmp_path: Path) -> None:
    keygen = ("vendor", "keygen", "--out", tmp_path / "k")
    assert "at least 8 characters" in failed(2, *keygen, PGTOLL_PASSPHRASE="horse")
    both = ("--passphrase", "--passphrase-file", "x")
    assert "either --passphrase or --passphrase-file" in failed(2, *keygen, *both)
    assert not (tmp_path / "k").exists()
