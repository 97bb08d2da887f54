"""Authentication as it is: the server asks, the client answers, and nobody in between knows more.

But for one word: SCRAM-SHA-256-PLUS binds the password to one TLS connection, and there are two, or
one and none. It is taken out of what the server offers, so that the client chooses the other.
"""

from pgtoll.errors import RefusedLogin
from pgtoll.login.talk import TOKEN_LIMIT, Talk
from pgtoll.wire.sasl import Request, authentication_sasl, read_authentication, read_mechanisms
from pgtoll.wire.scram import SCRAM_PLUS


async def relay(talk: Talk, request: bytes) -> None:
    """Pass requests and answers on until the server lets the client in. Raises as `Talk` does."""
    while True:
        number, body = read_authentication(request)
        if number == Request.OK:
            talk.welcome = request
            return
        talk.client.write(_unbound(body) if number == Request.SASL else request)
        # One answer a request; to the last of SASL there is none, to one of GSSAPI there may be.
        asked = number != Request.SASL_FINAL
        while message := await talk.either(TOKEN_LIMIT, asked=asked):
            talk.server.write(message)
            asked = False
        request = await talk.request()


def _unbound(offered: bytes) -> bytes:
    """The same offer without channel binding."""
    names = [name for name in read_mechanisms(offered) if name != SCRAM_PLUS]
    if not names:
        raise RefusedLogin("28000", "PostgreSQL takes passwords with channel binding only")
    return authentication_sasl(names)
