"""Keys and certificates in files: whatever is wrong with them is one line that names the file."""

import os
import ssl
from pathlib import Path

import pytest
from certificates import Authority, Pair

from pgtoll.errors import ConfigError
from pgtoll.tls.files import check_private, load_authorities, load_pair, load_revocations


def context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


def refused(certificate: Path, key: Path, passphrase: str | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_pair(context(), certificate, key, passphrase)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_pair_is_loaded(pair: Pair) -> None:
    assert load_pair(context(), pair.certificate, pair.key).der == pair.der


def test_a_pair_may_stand_in_one_file(pair: Pair, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.touch(0o600)
    both.write_bytes(pair.key.read_bytes() + pair.certificate.read_bytes())
    assert load_pair(context(), both, both).der == pair.der


def test_a_key_of_another_is_refused(authority: Authority, pair: Pair) -> None:
    other = authority.issue("other")
    text = refused(pair.certificate, other.key)
    assert text == f"private key {other.key} does not belong to certificate {pair.certificate}"


def test_a_key_with_a_passphrase_needs_it(authority: Authority) -> None:
    locked = authority.issue("locked", passphrase="secret")
    assert "has a passphrase" in refused(locked.certificate, locked.key)
    assert "has another passphrase" in refused(locked.certificate, locked.key, "wrong")
    assert load_pair(context(), locked.certificate, locked.key, "secret").der == locked.der


@pytest.mark.parametrize("content", [b"", b"nothing", bytes(100)])
def test_what_is_neither_is_named(content: bytes, pair: Pair, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o600)
    file.write_bytes(content)
    assert refused(file, pair.key) == f"{file} is not a certificate in PEM form"
    assert refused(pair.certificate, file) == f"{file} is not a private key in PEM form"


def test_what_is_missing_is_named(pair: Pair, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert refused(missing, pair.key) == f"cannot read {missing}: no such file or directory"
    assert refused(pair.certificate, missing) == f"cannot read {missing}: no such file or directory"
    with pytest.raises(ConfigError, match="cannot read"):
        check_private(Path("a\0b"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(mode: int, pair: Pair, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(pair.key.read_bytes())
    key.chmod(mode)
    assert "has group or world access" in refused(pair.certificate, key)
    key.chmod(0o400)
    load_pair(context(), pair.certificate, key)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_key_belongs_to_us_or_to_root(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key"
    key.touch(0o640)
    key.chmod(0o640)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    check_private(key)  # root's, and the group may read it
    os.chown(key, 1001, 1001)
    with pytest.raises(ConfigError, match="must be owned by"):
        check_private(key)


def test_a_directory_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a regular file"):
        check_private(tmp_path)


def test_authorities_and_revocations_are_loaded(authority: Authority, pair: Pair) -> None:
    loaded = context()
    load_authorities(loaded, authority.file)
    load_revocations(loaded, authority.revoke(pair))
    assert loaded.verify_flags & ssl.VERIFY_CRL_CHECK_CHAIN
    assert loaded.cert_store_stats() == {"x509": 1, "crl": 1, "x509_ca": 1}


def test_what_holds_neither_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"nothing")
    with pytest.raises(ConfigError, match="holds no certificate in PEM form"):
        load_authorities(context(), file)
    with pytest.raises(ConfigError, match="holds no list of revoked certificates"):
        load_revocations(context(), file)
