"""What certificates say: whom they name, until when they hold, and what binds a channel to them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate is for."""

    common_name: str  # empty if there is none, or none that can be trusted
    distinguished_name: str  # all of it, the most specific part first (RFC 4514)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first certificate of a file: the others are those of its issuers."""

    der: bytes
    begins: datetime
    ends: datetime


def read_certificate(pem: bytes) -> Certificate:
    """Raises ValueError when it cannot be read."""
    first = x509.load_pem_x509_certificates(pem)[0]
    begins, ends = first.not_valid_before_utc, first.not_valid_after_utc
    return Certificate(first.public_bytes(Encoding.DER), begins, ends)


def end_point(der: bytes) -> bytes | None:
    """Return the channel binding data `tls-server-end-point` of a server's certificate (RFC 5929).

    None where none is defined: its signature uses no hash, or one that we do not know.
    """
    with suppress(ValueError, UnsupportedAlgorithm):
        algorithm = x509.load_der_x509_certificate(der).signature_hash_algorithm
        if algorithm is not None:
            name = "sha256" if algorithm.name in ("md5", "sha1") else algorithm.name
            return hashlib.new(name, der).digest()
    return None


def subject(der: bytes) -> Subject:
    """Raises ValueError when it cannot be read."""
    name = x509.load_der_x509_certificate(der).subject
    common = [str(each.value) for each in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    # A NUL would end the name early for whoever compares it in C.
    trusted = common[0] if common and "\0" not in common[0] else ""
    return Subject(trusted, name.rfc4514_string())
