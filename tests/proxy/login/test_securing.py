"""What TLS says of a connection."""

from types import SimpleNamespace

from log_ins import Wire

from pgtoll.login.securing import encrypted, end_point, named


def test_a_plain_connection_has_neither_hash_nor_name() -> None:
    wire = Wire()
    assert not encrypted(wire)
    assert end_point(wire) is None
    assert named(wire) is None


def test_an_encrypted_one_has_the_hash_of_its_certificate() -> None:
    wire = Wire(b"hash")
    assert encrypted(wire)
    assert end_point(wire) == b"hash"


def test_a_certificate_has_a_name() -> None:
    wire = Wire(b"hash")
    wire.subject = SimpleNamespace(common_name="dana")  # type: ignore[attr-defined]
    assert named(wire) == "dana"
    wire.subject = None  # type: ignore[attr-defined]
    assert named(wire) is None
