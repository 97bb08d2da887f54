"""The client's side of SCRAM: log in with a ClientKey, without a password. No I/O.

The server is not believed: its messages are bounded and checked, and in the end it has to prove
that it knows the secret as well (RFC 5802, section 5).
"""

import hmac
from collections.abc import Collection

from pgtoll.errors import RefusedLogin
from pgtoll.wire.scram import (
    END_POINT,
    SCRAM,
    SCRAM_PLUS,
    Attributes,
    Secret,
    data_of,
    is_printable,
    signature,
    text_of,
    xored,
)

NONCE_LIMIT = 512  # bytes of a nonce, ours included; PostgreSQL's has 48
_ITERATION_DIGITS = 10


class Proof:
    """One exchange: `first`, then `final` for the server's first message, then `verify`."""

    def __init__(
        self,
        secret: Secret,
        client_key: bytes,
        nonce: bytes,
        *,
        offered: Collection[bytes],
        binding: bytes | None,
    ) -> None:
        """`binding` is the hash of the certificate that the server has shown, None without TLS.

        Raises RefusedLogin when the server offers nothing that we have.
        """
        self._secret = secret
        self._key = client_key
        self._nonce = nonce
        self.mechanism = _choose(offered, binding)
        if self.mechanism == SCRAM_PLUS:
            self._header, self._bound = b"p=%b,," % END_POINT, binding or b""
        else:
            # "y": we could, and were not offered it; a server that did offer it finds out.
            self._header, self._bound = (b"n,," if binding is None else b"y,,"), b""
        self._bare = b"n=,r=" + nonce  # the name is that of the StartupMessage
        self._expected = b""

    @property
    def first(self) -> bytes:
        """client-first-message."""
        return self._header + self._bare

    def final(self, server_first: bytes) -> bytes:
        """Return client-final-message. Raises RefusedLogin."""
        nonce = self._read(server_first)
        unproven = b"c=%b,r=%b" % (text_of(self._header + self._bound), nonce)
        authentication = b",".join((self._bare, server_first, unproven))
        proof = xored(self._key, signature(self._secret.stored_key, authentication))
        self._expected = signature(self._secret.server_key, authentication)
        return b"%b,p=%b" % (unproven, text_of(proof))

    def verify(self, server_final: bytes) -> None:
        """The server's signature. Raises RefusedLogin when it does not know the secret."""
        given = Attributes(server_final)
        found = data_of(given.take(b"v")) if server_final[:1] == b"v" else None
        if not self._expected or found is None:
            raise _hostile("its last SCRAM message is not one")
        if not hmac.compare_digest(found, self._expected):
            raise _hostile("it does not know the password's secret")

    def _read(self, server_first: bytes) -> bytes:
        """The nonce of server-first-message."""
        try:
            given = Attributes(server_first)
            nonce, salt, rounds = given.take(b"r"), given.take(b"s"), given.take(b"i")
            given.end()
        except RefusedLogin as exc:
            raise _hostile(exc.detail) from exc
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce):
            raise _hostile("its SCRAM nonce does not continue ours")
        if len(nonce) > NONCE_LIMIT or not is_printable(nonce):
            raise _hostile("its SCRAM nonce is too long or cannot be read")
        if not (rounds.isdigit() and len(rounds) <= _ITERATION_DIGITS):
            raise _hostile("its SCRAM iteration count is none")
        if data_of(salt) != self._secret.salt or int(rounds) != self._secret.iterations:
            raise RefusedLogin("28000", "PostgreSQL keeps another password for this user")
        return nonce


def _choose(offered: Collection[bytes], binding: bytes | None) -> bytes:
    if SCRAM_PLUS in offered:
        if binding is None:
            raise _hostile("it offers channel binding without TLS")
        return SCRAM_PLUS
    if SCRAM in offered:
        return SCRAM
    raise RefusedLogin("28000", "PostgreSQL asks for a SASL mechanism that pgtoll does not have")


def _hostile(what: str) -> RefusedLogin:
    return RefusedLogin("08P01", f"PostgreSQL is not trusted with this login: {what}")
