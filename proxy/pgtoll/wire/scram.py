"""What both sides of SCRAM-SHA-256 share (RFC 5802, RFC 7677): secrets, keys, attributes. No I/O.

A *secret* is what PostgreSQL keeps of a password. It is enough to check a client, and not enough to
be one: that takes the ClientKey, which a client's valid proof reveals.
"""

import hmac
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from pgtoll.errors import RefusedLogin

SCRAM = b"SCRAM-SHA-256"
SCRAM_PLUS = b"SCRAM-SHA-256-PLUS"
KEY_BYTES = 32
SALT_BYTES = 16  # PostgreSQL's own
ITERATIONS = 4096  # PostgreSQL's default
NONCE_BYTES = 18  # as random; PostgreSQL's own
# The one kind of channel binding that PostgreSQL and its clients have (RFC 5929, section 4).
END_POINT = b"tls-server-end-point"

PROTOCOL_VIOLATION = "08P01"

_SECRET = re.compile(
    r"SCRAM-SHA-256\$([1-9][0-9]{0,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)"
)
_MOST_ITERATIONS = (1 << 31) - 1
# "printable" of RFC 5802, section 7: visible ASCII but the comma.
_PRINTABLE = re.compile(rb"[\x21-\x2b\x2d-\x7e]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """What a server knows of a password."""

    iterations: int
    salt: bytes
    stored_key: bytes
    server_key: bytes
    mock: bool = False  # made up: no password belongs to it


def read_secret(text: str) -> Secret | None:
    """Return the secret in a role's `rolpassword`; None for whatever is no SCRAM secret."""
    match = _SECRET.fullmatch(text)
    if match is None or int(match[1]) > _MOST_ITERATIONS:
        return None
    try:
        salt, stored, server = (b64decode(match[i], validate=True) for i in (2, 3, 4))
    except ValueError:
        return None
    if len(stored) != KEY_BYTES or len(server) != KEY_BYTES or not salt:
        return None
    return Secret(int(match[1]), salt, stored, server)


def mock_secret(user: str, nonce: bytes, iterations: int = ITERATIONS) -> Secret:
    """Return a secret for who has none, the same each time.

    A client cannot tell by the salt who exists (PostgreSQL's mock authentication): it follows from
    the name and a nonce that nobody else knows.
    """
    salt = sha256(user.encode(errors="surrogateescape") + nonce).digest()[:SALT_BYTES]
    return Secret(iterations, salt, bytes(KEY_BYTES), bytes(KEY_BYTES), mock=True)


def signature(key: bytes, authentication: bytes) -> bytes:
    """ClientSignature of a StoredKey, ServerSignature of a ServerKey (RFC 5802, section 3)."""
    return hmac.digest(key, authentication, "sha256")


def xored(one: bytes, other: bytes) -> bytes:
    """A proof of a key and its signature, or the key of a proof and its signature."""
    number = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return number.to_bytes(KEY_BYTES, "big")


def is_key(client_key: bytes, stored_key: bytes) -> bool:
    """Whether a ClientKey is the one of a StoredKey, in a time that does not tell how nearly."""
    return hmac.compare_digest(sha256(client_key).digest(), stored_key)


def text_of(data: bytes) -> bytes:
    """Base64, as RFC 5802 has it in attributes."""
    return b64encode(data)


def data_of(text: bytes) -> bytes | None:
    """The bytes of a Base64 text; None when it is none."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


def is_printable(nonce: bytes) -> bool:
    return _PRINTABLE.fullmatch(nonce) is not None


def malformed(detail: str) -> RefusedLogin:
    """A message that does not follow the grammar (RFC 5802, section 7)."""
    return RefusedLogin(PROTOCOL_VIOLATION, "malformed SCRAM message", detail)


class Attributes:
    """The attributes of one message, taken in order."""

    def __init__(self, message: bytes) -> None:
        self._message = message
        self._at = 0

    @property
    def taken(self) -> bytes:
        """What was taken so far, with the comma behind it."""
        return self._message[: self._at]

    @property
    def rest(self) -> bytes:
        return self._message[self._at :]

    def take(self, name: bytes) -> bytes:
        """The value of the next attribute, which must have this name. Raises RefusedLogin."""
        found, value = self.next()
        if found != name:
            raise malformed(f'Expected attribute "{name.decode()}" but found "{_shown(found)}".')
        return value

    def next(self) -> tuple[bytes, bytes]:
        """The name and the value of the next attribute. Raises RefusedLogin."""
        rest = self.rest
        if not rest[:1].isalpha():
            raise malformed(f'Attribute expected, but found invalid character "{_shown(rest)}".')
        if rest[1:2] != b"=":
            raise malformed(f'Expected character "=" for attribute "{_shown(rest)}".')
        value, comma, _ = rest[2:].partition(b",")
        self._at += 2 + len(value) + len(comma)
        return rest[:1], value

    def end(self) -> None:
        """Nothing may follow that must be understood: skip extensions. Raises RefusedLogin."""
        while self.rest:
            self.next()


def _shown(data: bytes) -> str:
    """The first byte, fit for a message."""
    return repr(data[:1])[2:-1]
