"""The key that signs, its passphrase, and the files it may write."""

import os
from pathlib import Path

import pytest
from calls import done, failed
from signed_files import a_license, a_product, signed

from pgtoll_policy.documents import License


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


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A directory with a key pair whose private half a passphrase protects."""
    done("vendor", "keygen", "--out", tmp_path / "locked", PGTOLL_PASSPHRASE="correct horse")
    return tmp_path / "locked"


def test_a_protected_key_signs_with_its_passphrase(locked: Path, tmp_path: Path) -> None:
    out, secret = tmp_path / "m.lic", tmp_path / "secret"
    secret.write_text("correct horse\n")
    done(*a_license(locked, out, "--passphrase-file", str(secret)))
    done(*a_license(locked, out), PGTOLL_PASSPHRASE="correct horse")
    done(*a_product(locked, tmp_path / "p", "--object", "Mrkt*"), PGTOLL_PASSPHRASE="correct horse")
    assert isinstance(signed(locked, out), License)


def test_a_protected_key_does_not_sign_without_it(locked: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.lic"
    message = failed(2, *a_license(locked, out))
    assert "is protected by a passphrase: give --passphrase-file or PGTOLL_PASSPHRASE" in message
    message = failed(2, *a_license(locked, out), PGTOLL_PASSPHRASE="wrong horse")
    assert "the passphrase is wrong, or the file is damaged" in message
    assert not out.exists()


def test_a_key_without_a_passphrase_needs_none(vendor: Path, tmp_path: Path) -> None:
    done(*a_license(vendor, tmp_path / "m.lic"), PGTOLL_PASSPHRASE="not asked for")
