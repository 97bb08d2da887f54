"""SCRAM twice: the client proves to us that it knows the password, then we prove it to the server.

What the first proof reveals, the ClientKey, is all that the second needs. It is kept for as long as
the login lasts.
"""

import secrets
from base64 import b64encode
from dataclasses import dataclass

from pgtoll.errors import RefusedLogin
from pgtoll.login.talk import SASL_LIMIT, Talk
from pgtoll.wire.sasl import (
    Request,
    authentication,
    authentication_sasl,
    read_authentication,
    read_initial_response,
    read_mechanisms,
    sasl_initial_response,
    sasl_response,
)
from pgtoll.wire.scram import NONCE_BYTES, SCRAM_PLUS, Secret
from pgtoll.wire.scram_check import Check
from pgtoll.wire.scram_proof import Proof

OK = authentication(Request.OK)

_NAMES: dict[int, str] = {
    Request.CLEARTEXT: "a password in clear text",
    Request.MD5: "an MD5 password",
    Request.GSS: "GSSAPI",
    Request.SSPI: "SSPI",
}


@dataclass(frozen=True, slots=True, repr=False)
class Proven:
    """A client that knows the password of a secret."""

    secret: Secret
    client_key: bytes
    last: bytes  # what it is told when it is in: that we know the secret too


def _nonce() -> bytes:
    return b64encode(secrets.token_bytes(NONCE_BYTES))


async def check(talk: Talk, secret: Secret, binding: bytes | None) -> Proven | None:
    """Return what a client has proven; None when it does not know the password.

    `binding` is the hash of the certificate that it was shown. Raises as `Talk` does.
    """
    made = Check(secret, _nonce(), binding)
    talk.client.write(authentication_sasl(made.mechanisms))
    mechanism, data = read_initial_response(await talk.answer(SASL_LIMIT))
    made.choose(mechanism)
    if data is None:  # a client may wait to be asked (RFC 4422, section 3.3)
        talk.client.write(authentication(Request.SASL_CONTINUE))
        data = (await talk.answer(SASL_LIMIT))[5:]
    talk.client.write(authentication(Request.SASL_CONTINUE, made.first(data)))
    key = made.final((await talk.answer(SASL_LIMIT))[5:])
    if key is None:
        return None
    return Proven(secret, key, authentication(Request.SASL_FINAL, made.server_final))


async def prove(talk: Talk, proven: Proven, request: bytes, binding: bytes | None) -> None:
    """Answer what the server asks for, until it lets us in.

    `binding` is the hash of the certificate that it has shown. Raises as `Talk` does.
    """
    number, body = read_authentication(request)
    if number == Request.OK:  # it trusts us, or our certificate
        return
    if number != Request.SASL:
        raise unanswerable(number)
    offered = read_mechanisms(body)
    made = Proof(proven.secret, proven.client_key, _nonce(), offered=offered, binding=binding)
    first = sasl_initial_response(made.mechanism, made.first)
    final = made.final(await talk.ask(first, Request.SASL_CONTINUE))
    made.verify(await talk.ask(sasl_response(final), Request.SASL_FINAL))
    await talk.ask(b"", Request.OK)


def unanswerable(number: int) -> RefusedLogin:
    """The server asks for what we do not have."""
    name = _NAMES.get(number, "another proof" if number != Request.SASL else "a password")
    return RefusedLogin(
        "28000",
        f"PostgreSQL asks pgtoll for {name}, which it does not have",
        "Let pg_hba.conf ask for scram-sha-256 from the proxy's address.",
    )


def asks_for_scram(request: bytes) -> bool:
    """Whether it is a proof by SCRAM that the server asks for."""
    number, body = read_authentication(request)
    return number == Request.SASL and any(
        name.startswith(b"SCRAM-SHA-256") for name in read_mechanisms(body)
    )


def unbound(request: bytes) -> bytes:
    """The same request without channel binding, for a certificate that has no hash."""
    _, body = read_authentication(request)
    return authentication_sasl(name for name in read_mechanisms(body) if name != SCRAM_PLUS)
