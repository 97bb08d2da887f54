"""TLS as bytes: what came off the wire in, what goes there out. No socket, no clock."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import suppress

from pgtoll.errors import InsecureConnection

ALPN = "postgresql"  # registered for PostgreSQL; direct TLS demands it

# A record with its header and padding stays within 8 kB, as PostgreSQL's own do: programs that use
# libpq's asynchronous calls read so much at a time and wait for the socket with the rest unread.
RECORD_BYTES = 8192 - 96
# What is decrypted or encrypted at a time: the buffers of a session never shrink again.
SLICE_BYTES = 32 << 10
_MOST = 1 << 14  # the plaintext of one record


class Engine:
    """One side of one TLS connection."""

    def __init__(
        self, context: ssl.SSLContext, *, serves: bool, server_name: str | None = None
    ) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=serves, server_hostname=server_name
        )
        self.ended = False  # the peer says no more

    def shake_hands(self, data: bytes) -> bool:
        """Take the peer's bytes; return whether both sides agree by now.

        Raises InsecureConnection; what is `due` then tells the peer why.
        """
        self._incoming.write(data)
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as exc:
            raise InsecureConnection(reason(exc)) from exc
        return True

    def due(self) -> bytes:
        """Return what has to be sent to the peer now."""
        return self._outgoing.read()

    def receive(self, data: bytes) -> bytes:
        """Return the plaintext of everything that has arrived whole. Raises InsecureConnection."""
        if len(data) <= SLICE_BYTES:
            return self._decrypt(data)
        parts = (data[i : i + SLICE_BYTES] for i in range(0, len(data), SLICE_BYTES))
        return b"".join(map(self._decrypt, parts))

    def _decrypt(self, data: bytes) -> bytes:
        incoming, tls = self._incoming, self.tls
        incoming.write(data)
        plain = b""
        try:
            while incoming.pending or tls.pending():
                if not (part := tls.read(_MOST)):
                    self.ended = True
                    break
                plain = plain + part if plain else part
        except ssl.SSLWantReadError:  # the rest of a record is on its way
            pass
        except ssl.SSLZeroReturnError:  # both have said that they are through
            self.ended = True
        except ssl.SSLError as exc:
            raise InsecureConnection(reason(exc)) from exc
        return plain

    def send(self, data: bytes) -> Iterator[bytes]:
        """Yield what carries the plaintext, in records of a bounded size."""
        if len(data) <= RECORD_BYTES:
            self.tls.write(data)
            yield self._outgoing.read()
            return
        view = memoryview(data)
        for start in range(0, len(data), RECORD_BYTES):
            self.tls.write(view[start : start + RECORD_BYTES])
            if self._outgoing.pending > SLICE_BYTES:
                yield self._outgoing.read()
        yield self._outgoing.read()

    def close(self) -> bytes:
        """Return what tells the peer that no more follows."""
        with suppress(ssl.SSLError):  # it waits for the peer's answer, which nobody needs
            self.tls.unwrap()
        return self._outgoing.read()


def reason(exc: ssl.SSLError) -> str:
    """Return what OpenSSL says, in its own words but without its line numbers."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {exc.verify_message}"
    return (exc.reason or str(exc)).replace("_", " ").lower()
