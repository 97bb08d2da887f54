"""What certificates say, and the hash that binds a channel to one."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from certificates import Authority, Pair
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pgtoll.tls.certificates import Subject, end_point, read_certificate, subject

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EC = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PSS = padding.PSS(padding.MGF1(hashes.SHA384()), padding.PSS.DIGEST_LENGTH)


def signed(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey = EC,
    algorithm: hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None = None,
    name: str = "bob",
    pss: bool = False,
) -> bytes:
    whom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(
        issuer_name=whom,
        subject_name=whom,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=NOW,
        not_valid_after=NOW + timedelta(days=1),
    )
    if isinstance(key, rsa.RSAPrivateKey) and pss:
        return made.sign(key, algorithm, rsa_padding=PSS).public_bytes(Encoding.DER)
    return made.sign(key, algorithm).public_bytes(Encoding.DER)


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_a_channel_is_bound_by_the_hash_of_the_signature(
    algorithm: hashes.SHA256 | hashes.SHA384 | hashes.SHA512,
) -> None:
    der = signed(EC, algorithm)
    assert end_point(der) == hashlib.new(algorithm.name, der).digest()


def test_a_signature_with_rsa_pss_has_a_hash_too() -> None:
    der = signed(RSA, hashes.SHA384(), pss=True)
    assert end_point(der) == hashlib.sha384(der).digest()


def test_sha1_is_replaced() -> None:
    """No library signs with it any more: the names in a signed certificate are exchanged."""
    sha1, sha256 = (bytes.fromhex(f"300d06092a864886f70d0101{n}0500") for n in ("05", "0b"))
    der = signed(RSA, hashes.SHA256()).replace(sha256, sha1)
    assert end_point(der) == hashlib.sha256(der).digest()


def test_a_signature_without_a_hash_binds_nothing() -> None:
    assert end_point(signed(ed25519.Ed25519PrivateKey.generate())) is None


def test_what_is_no_certificate_binds_nothing() -> None:
    assert end_point(b"nothing") is None


def test_a_subject_has_a_common_and_a_distinguished_name(authority: Authority) -> None:
    assert subject(authority.issue("bob").der) == Subject("bob", "CN=bob,O=pgtoll")
    assert subject(authority.issue("", file="nobody").der) == Subject("", "O=pgtoll")


def test_a_name_with_a_nul_is_none() -> None:
    assert subject(signed(algorithm=hashes.SHA256(), name="bob\0.evil")).common_name == ""


def test_the_first_certificate_of_a_file_counts(authority: Authority, pair: Pair) -> None:
    chain = pair.certificate.read_bytes() + authority.file.read_bytes()
    found = read_certificate(chain)
    assert found.der == pair.der
    assert found.begins < datetime.now(UTC) < found.ends


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_is_refused(pem: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_certificate(pem)
