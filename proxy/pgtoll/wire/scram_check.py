"""The server's side of SCRAM: whether a client knows the password of a secret. No I/O.

What PostgreSQL refuses is refused here, in its words (RFC 5802, sections 5 to 7).
"""

from pgtoll.errors import RefusedLogin
from pgtoll.wire.scram import (
    END_POINT,
    KEY_BYTES,
    PROTOCOL_VIOLATION,
    SCRAM,
    SCRAM_PLUS,
    Attributes,
    Secret,
    data_of,
    is_key,
    is_printable,
    malformed,
    signature,
    text_of,
    xored,
)

BINDING_FAILED = "28000"  # invalid_authorization_specification, as PostgreSQL has it


class Check:
    """One exchange: `first` takes client-first-message, `final` takes client-final-message.

    `binding` is the hash of the certificate that the client was shown, None without TLS. What is
    done for a mock secret is what is done for any other.
    """

    def __init__(self, secret: Secret, nonce: bytes, binding: bytes | None) -> None:
        self._secret = secret
        self._nonce = nonce
        self._binding = binding
        self._plus = False
        self._header = b""  # gs2-header
        self._client_bare = b""
        self._server_first = b""
        self.server_final = b""

    @property
    def mechanisms(self) -> tuple[bytes, ...]:
        """What is offered, the strongest first."""
        return (SCRAM,) if self._binding is None else (SCRAM_PLUS, SCRAM)

    def choose(self, mechanism: bytes) -> None:
        """The client's choice. Raises RefusedLogin."""
        if mechanism not in self.mechanisms:
            text = "client selected an invalid SASL authentication mechanism"
            raise RefusedLogin(PROTOCOL_VIOLATION, text)
        self._plus = mechanism == SCRAM_PLUS

    def first(self, message: bytes) -> bytes:
        """Return server-first-message. Raises RefusedLogin."""
        _readable(message)
        self._header = self._read_header(message)
        bare = message[len(self._header) :]
        if bare[:1] == b"m":
            raise RefusedLogin("0A000", "client requires an unsupported SCRAM extension")
        given = Attributes(bare)
        given.take(b"n")  # not believed: who it is was said in the StartupMessage
        nonce = given.take(b"r")
        if not is_printable(nonce):
            raise RefusedLogin(PROTOCOL_VIOLATION, "non-printable characters in SCRAM nonce")
        given.end()
        self._client_bare = bare
        self._nonce = nonce + self._nonce
        salt, iterations = text_of(self._secret.salt), self._secret.iterations
        self._server_first = b"r=%b,s=%b,i=%d" % (self._nonce, salt, iterations)
        return self._server_first

    def final(self, message: bytes) -> bytes | None:
        """Return the ClientKey if the proof is right, else None. Raises RefusedLogin."""
        _readable(message)
        given = Attributes(message)
        self._check_binding(given.take(b"c"))
        if given.take(b"r") != self._nonce:
            raise RefusedLogin(
                PROTOCOL_VIOLATION, "invalid SCRAM response", "Nonce does not match."
            )
        without_proof, proof = _proof(given)
        authentication = b",".join((self._client_bare, self._server_first, without_proof))
        key = xored(proof, signature(self._secret.stored_key, authentication))
        self.server_final = b"v=" + text_of(signature(self._secret.server_key, authentication))
        right = is_key(key, self._secret.stored_key)
        return key if right and not self._secret.mock else None

    def _read_header(self, message: bytes) -> bytes:
        """The gs2-header: what the client says of channel binding, and no other name."""
        flag = message[:1]
        if flag == b"p":
            self._check_kind(message)
        elif flag not in (b"n", b"y"):
            raise malformed(f"Unexpected channel-binding flag {flag!r}.")
        elif self._plus:
            raise malformed(
                "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include"
                " channel binding data."
            )
        elif flag == b"y" and self._binding is not None:
            # Somebody on the way has taken our offer out (RFC 5802, section 6).
            raise RefusedLogin(
                BINDING_FAILED,
                "SCRAM channel binding negotiation error",
                "The client supports SCRAM channel binding but thinks the server does not.  "
                "However, this server does support channel binding.",
            )
        flagged, comma, rest = message.partition(b",")
        if not comma or (flag != b"p" and len(flagged) != 1):
            raise malformed("Comma expected behind the channel-binding flag.")
        if rest[:1] == b"a":
            text = "client uses authorization identity, but it is not supported"
            raise RefusedLogin("0A000", text)
        if rest[:1] != b",":
            raise malformed(f"Unexpected attribute {rest[:1]!r} in client-first-message.")
        return flagged + b",,"

    def _check_kind(self, message: bytes) -> None:
        if not self._plus:
            raise malformed(
                "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message"
                " includes channel binding data."
            )
        kind = Attributes(message).take(b"p")
        if kind != END_POINT:
            text = f"unsupported SCRAM channel-binding type {kind[:40]!r}"
            raise RefusedLogin(PROTOCOL_VIOLATION, text)

    def _check_binding(self, given: bytes) -> None:
        """Whether the client saw our certificate, so that nobody is in between (RFC 5802, 6)."""
        bound = self._binding if self._plus and self._binding else b""
        if given == text_of(self._header + bound):
            return
        if self._plus:
            raise RefusedLogin(BINDING_FAILED, "SCRAM channel binding check failed")
        text = "unexpected SCRAM channel-binding attribute in client-final-message"
        raise RefusedLogin(PROTOCOL_VIOLATION, text)


def _readable(message: bytes) -> None:
    if not message:
        raise malformed("The message is empty.")
    if b"\0" in message:
        raise malformed("Message length does not match input length.")


def _proof(given: Attributes) -> tuple[bytes, bytes]:
    """client-final-message-without-proof and the proof, which comes last."""
    while True:
        before = given.taken
        name, value = given.next()
        if name == b"p":
            break
    proof = data_of(value)
    if proof is None or len(proof) != KEY_BYTES:
        raise malformed("Malformed proof in client-final-message.")
    if given.rest:
        raise malformed("Garbage found at the end of client-final-message.")
    return before.removesuffix(b","), proof
