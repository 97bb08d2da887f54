"""Authorities and certificates for the tests, made anew and written to files."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, in files."""

    certificate: Path
    key: Path

    @property
    def der(self) -> bytes:
        pem = self.certificate.read_bytes()
        return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs certificates, and a directory for the files."""

    directory: Path
    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, directory: Path, name: str = "authority") -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(_name(name), _name(name), key)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        certificate = made.sign(key, hashes.SHA256())
        (directory / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
        return cls(directory, name, key, certificate)

    @property
    def file(self) -> Path:
        return self.directory / f"{self.name}.crt"

    def issue(
        self,
        common_name: str,
        *names: str,
        file: str = "",
        key: PrivateKey | None = None,
        since: timedelta = -_DAY,
        until: timedelta = _DAY,
        passphrase: str = "",
    ) -> Pair:
        """Return a new certificate; `names` are DNS names and addresses that it is for as well."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        made = _builder(_name(common_name), self.certificate.subject, key, since, until)
        if names:
            made = made.add_extension(
                x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
            )
        signed = made.sign(self.key, hashes.SHA256())
        return self._written(file or common_name, signed, key, passphrase)

    def revoke(self, *pairs: Pair) -> Path:
        """Return a list of revoked certificates."""
        now = datetime.now(UTC)
        made = x509.CertificateRevocationListBuilder(
            self.certificate.subject, last_update=now - _DAY, next_update=now + _DAY
        )
        for pair in pairs:
            serial = x509.load_pem_x509_certificate(pair.certificate.read_bytes()).serial_number
            made = made.add_revoked_certificate(
                x509.RevokedCertificateBuilder(serial, now - _DAY).build()
            )
        path = self.directory / f"{self.name}.crl"
        path.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        return path

    def _written(
        self, file: str, certificate: x509.Certificate, key: PrivateKey, passphrase: str
    ) -> Pair:
        pair = Pair(self.directory / f"{file}.pem", self.directory / f"{file}.key")
        secret = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        pair.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
        pair.key.touch(0o600)
        pair.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret))
        return pair


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    since: timedelta = -_DAY,
    until: timedelta = _DAY,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + since,
        not_valid_after=now + until,
    )


def _name(common_name: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "pgtoll")
    if not common_name:
        return x509.Name([organization])
    return x509.Name([organization, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
