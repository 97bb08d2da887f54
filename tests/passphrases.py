"""SCRAM with a password, as RFC 5802 has it: what clients do, and secrets as PostgreSQL makes them.

Written from the RFC and not from the product, so that the two can be held against each other.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from pgtoll.wire.scram import Secret

PLUS_HEADER = b"p=tls-server-end-point,,"


def _mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def _salted(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)


def client_key(password: str, secret: Secret) -> bytes:
    return _mac(_salted(password, secret.salt, secret.iterations), b"Client Key")


def secret_of(password: str, *, salt: bytes = b"0123456789abcdef", iterations: int = 2) -> Secret:
    """What a server keeps of a password; few iterations, for quick tests."""
    salted = _salted(password, salt, iterations)
    stored = hashlib.sha256(_mac(salted, b"Client Key")).digest()
    return Secret(iterations, salt, stored, _mac(salted, b"Server Key"))


def text_of(secret: Secret) -> str:
    """The secret as it stands in pg_authid."""
    salt, stored, server = (
        base64.b64encode(data).decode()
        for data in (secret.salt, secret.stored_key, secret.server_key)
    )
    return f"SCRAM-SHA-256${secret.iterations}:{salt}${stored}:{server}"


@dataclass
class Client:
    """Somebody with a password, and the certificate that they think the server has."""

    password: str
    header: bytes = b"n,,"
    bound: bytes = b""
    nonce: bytes = b"fyko+d2lbbFgONRv9qkxdawL"
    signature: bytes = b""  # that the server must send

    @property
    def bare(self) -> bytes:
        return b"n=,r=" + self.nonce

    @property
    def first(self) -> bytes:
        return self.header + self.bare

    def final(self, server_first: bytes) -> bytes:
        fields = dict(part.split(b"=", 1) for part in server_first.split(b","))
        salt = base64.b64decode(fields[b"s"])
        salted = _salted(self.password, salt, int(fields[b"i"]))
        key = _mac(salted, b"Client Key")
        unproven = b"c=" + base64.b64encode(self.header + self.bound) + b",r=" + fields[b"r"]
        said = self.bare + b"," + server_first + b"," + unproven
        self.signature = _mac(_mac(salted, b"Server Key"), said)
        signed = _mac(hashlib.sha256(key).digest(), said)
        proof = bytes(a ^ b for a, b in zip(key, signed, strict=True))
        return unproven + b",p=" + base64.b64encode(proof)
