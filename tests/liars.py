"""Servers that lie while somebody logs in by SCRAM: what each of them says."""

import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from pgtoll.wire.messages import message
from pgtoll.wire.sasl import Request, authentication, authentication_sasl, read_initial_response
from pgtoll.wire.scram import SCRAM, Secret, text_of
from pgtoll.wire.scram_check import Check

MOST = 1000  # messages of those that never end
NONCE = b"ServersOwnNonce"


@dataclass
class Liar:
    """The server's side of one login. It knows the secret, and is as honest as each lie lets it."""

    secret: Secret
    sock: socket.socket
    heard: list[bytes] = field(default_factory=list)

    def say(self, *messages: bytes) -> None:
        self.sock.sendall(b"".join(messages))

    def hear(self) -> bytes:
        """The payload of the next message. Raises ConnectionError when there is none."""
        (length,) = struct.unpack("!I", self._exactly(5)[1:])
        self.heard.append(self._exactly(length - 4))
        return self.heard[-1]

    def offer(self) -> bytes:
        """Ask for SCRAM; return the nonce that the other side begins with."""
        self.say(authentication_sasl([SCRAM]))
        _, first = read_initial_response(b"p\0\0\0\0" + self.hear())
        return (first or b"").partition(b"r=")[2]

    def checked(self) -> Check:
        """Be honest up to the last message, the server's own proof."""
        check = Check(self.secret, NONCE, None)
        self.say(authentication_sasl([SCRAM]))
        _, first = read_initial_response(b"p\0\0\0\0" + self.hear())
        self.say(authentication(Request.SASL_CONTINUE, check.first(first or b"")))
        check.final(self.hear())
        return check

    def first(
        self, nonce: bytes, *, salt: bytes | None = None, rounds: bytes | None = None
    ) -> None:
        """Say a server-first-message."""
        salt = text_of(self.secret.salt) if salt is None else salt
        rounds = b"%d" % self.secret.iterations if rounds is None else rounds
        body = b"r=%b,s=%b,i=%b" % (nonce, salt, rounds)
        self.say(authentication(Request.SASL_CONTINUE, body))

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            part = self.sock.recv(length - len(data))
            if not part:
                raise ConnectionError("the other side has left")
            data += part
        return data


Lie = Callable[[Liar], None]

_IN = (authentication(Request.OK), message(b"Z", b"I"))


def wrong_signature(liar: Liar) -> None:
    liar.checked()
    liar.say(authentication(Request.SASL_FINAL, b"v=" + text_of(bytes(32))), *_IN)


def short_signature(liar: Liar) -> None:
    liar.checked()
    liar.say(authentication(Request.SASL_FINAL, b"v=" + text_of(b"x")), *_IN)


def no_signature(liar: Liar) -> None:
    liar.checked()
    liar.say(*_IN)


def in_at_once_behind_the_first(liar: Liar) -> None:
    liar.first(liar.offer() + NONCE)
    liar.say(*_IN)


def an_error_for_a_signature(liar: Liar) -> None:
    liar.checked()
    liar.say(authentication(Request.SASL_FINAL, b"e=other-error"), *_IN)


def many_iterations(liar: Liar) -> None:
    liar.first(liar.offer() + NONCE, rounds=b"2147483647")


def no_iterations(liar: Liar) -> None:
    liar.first(liar.offer() + NONCE, rounds=b"0")


def iterations_without_end(liar: Liar) -> None:
    liar.first(liar.offer() + NONCE, rounds=b"9" * 500)


def another_salt(liar: Liar) -> None:
    liar.first(liar.offer() + NONCE, salt=text_of(b"another salt"))


def another_nonce(liar: Liar) -> None:
    liar.offer()
    liar.first(NONCE * 2)


def the_same_nonce(liar: Liar) -> None:
    liar.first(liar.offer())


def long_nonce(liar: Liar) -> None:
    """CVE-2026-6665: longer than any buffer for it."""
    liar.first(liar.offer() + b"x" * 1500)


def continues_forever(liar: Liar) -> None:
    """Each answer is followed by the same question."""
    nonce = liar.offer() + NONCE
    for _ in range(MOST):
        liar.first(nonce)
        liar.hear()


def asks_forever(liar: Liar) -> None:
    """The first question again and again."""
    for _ in range(MOST):
        liar.offer()


def an_error_in_between(liar: Liar) -> None:
    liar.offer()
    fields = b"SFATAL\0VFATAL\0C28P01\0Mno more of this\0\0"
    liar.say(message(b"E", fields))


def leaves_in_between(liar: Liar) -> None:
    liar.first(liar.offer() + NONCE)


def giant_message(liar: Liar) -> None:
    liar.offer()
    liar.say(authentication(Request.SASL_CONTINUE, b"r=" + b"x" * 100_000))


def two_gigabytes(liar: Liar) -> None:
    liar.offer()
    liar.say(b"R\x7f\xff\xff\xff" + b"x" * 10_000)


def negative_length(liar: Liar) -> None:
    liar.offer()
    liar.say(b"R\xff\xff\xff\xff")


def no_length(liar: Liar) -> None:
    liar.offer()
    liar.say(b"R\0\0\0\0")


def no_kind(liar: Liar) -> None:
    liar.offer()
    liar.say(message(b"R", b"\0"))


def endless_notices(liar: Liar) -> None:
    liar.offer()
    liar.say(message(b"N", b"SNOTICE\0VNOTICE\0C00000\0Mwait\0\0") * MOST)


def password_in_clear(liar: Liar) -> None:
    liar.say(authentication(Request.CLEARTEXT))
    liar.hear()


def md5(liar: Liar) -> None:
    liar.say(authentication(Request.MD5, b"salt"))
    liar.hear()


def clear_after_scram(liar: Liar) -> None:
    liar.offer()
    liar.say(authentication(Request.CLEARTEXT))
    liar.hear()


def unknown_mechanism(liar: Liar) -> None:
    liar.say(authentication_sasl([b"SCRAM-MD4"]))


def no_mechanisms(liar: Liar) -> None:
    liar.say(authentication(Request.SASL, b"no end"))


def unknown_request(liar: Liar) -> None:
    liar.say(authentication(Request.SASL)[:5] + b"\0\0\0\x63")


def rows_before_the_end(liar: Liar) -> None:
    """CVE class: message order. Data for somebody who is not in yet."""
    liar.offer()
    liar.say(message(b"D", b"\0\1\0\0\0\1x"), *_IN)
