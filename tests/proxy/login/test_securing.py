"""What TLS says of a connection."""

from log_ins import SecureWire, Wire

from pgtoll.login.securing import encrypted, end_point, named


def test_a_plain_connection_has_neither_hash_nor_name() -> None:
    plain = Wire()
    assert not encrypted(plain)
    assert end_point(plain) is None
    assert named(plain) is None


def test_an_encrypted_one_has_the_hash_of_its_certificate() -> None:
    secure = SecureWire(b"hash")
    assert encrypted(secure)
    assert end_point(secure) == b"hash"
    assert named(secure) is None


def test_a_certificate_has_a_name() -> None:
    assert named(SecureWire(b"hash", "dana")) == "dana"
    assert named(SecureWire(b"hash", "")) is None
