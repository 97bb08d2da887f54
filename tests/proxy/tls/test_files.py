"""Keys and certificates in files: whatever is wrong with them is one line that names the file."""

import ssl
from pathlib import Path

import pytest
from certificates import Authority, Pair

from pgtoll.config import read_pem
from pgtoll.errors import ConfigError
from pgtoll.tls.files import (
    find_revocations,
    load_authorities,
    load_pair,
    load_revocations,
)


def context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


def refused(certificate: Path, key: Path, passphrase: str | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_pair(context(), read_pem(certificate), read_pem(key), passphrase)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_pair_is_loaded(pair: Pair) -> None:
    assert load_pair(context(), read_pem(pair.certificate), read_pem(pair.key)).der == pair.der


def test_a_pair_may_stand_in_one_file(pair: Pair, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.touch(0o600)
    both.write_bytes(pair.key.read_bytes() + pair.certificate.read_bytes())
    assert load_pair(context(), read_pem(both), read_pem(both)).der == pair.der


def test_a_key_of_another_is_refused(authority: Authority, pair: Pair) -> None:
    other = authority.issue("other")
    text = refused(pair.certificate, other.key)
    assert text == f"private key {other.key} does not belong to certificate {pair.certificate}"


def test_a_key_with_a_passphrase_needs_it(authority: Authority) -> None:
    locked = authority.issue("locked", passphrase="secret")
    assert "has a passphrase" in refused(locked.certificate, locked.key)
    assert "has another passphrase" in refused(locked.certificate, locked.key, "wrong")
    assert (
        load_pair(context(), read_pem(locked.certificate), read_pem(locked.key), "secret").der
        == locked.der
    )


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


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused(mode: int, pair: Pair, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(pair.key.read_bytes())
    key.chmod(mode)
    assert "has group or world access" in refused(pair.certificate, key)
    key.chmod(0o400)
    load_pair(context(), read_pem(pair.certificate), read_pem(key))


def test_authorities_and_revocations_are_loaded(authority: Authority, pair: Pair) -> None:
    loaded = context()
    load_authorities(loaded, read_pem(authority.file))
    load_revocations(loaded, read_pem(authority.revoke(pair)))
    assert loaded.verify_flags & ssl.VERIFY_CRL_CHECK_CHAIN
    assert loaded.cert_store_stats() == {"x509": 1, "crl": 1, "x509_ca": 1}


def test_what_holds_neither_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"nothing")
    with pytest.raises(ConfigError, match="holds no certificate in PEM form"):
        load_authorities(context(), read_pem(file))
    with pytest.raises(ConfigError, match="holds no list of revoked certificates"):
        load_revocations(context(), read_pem(file))


def test_lists_may_stand_in_a_directory(tmp_path: Path) -> None:
    loaded = context()
    find_revocations(loaded, tmp_path)
    assert loaded.verify_flags & ssl.VERIFY_CRL_CHECK_CHAIN
    with pytest.raises(ConfigError, match="is not a directory"):
        find_revocations(loaded, tmp_path / "missing")
