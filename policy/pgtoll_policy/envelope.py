"""File bytes -> Envelope: what a signed file says, before anyone believes it.

The form is DSSE's JSON with a single signature, on one line. A file has exactly one byte form, so
it is matched whole: no JSON parser ever sees bytes that nobody has signed.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from pgtoll_policy.errors import BadEnvelope

PRODUCT_TYPE = "application/vnd.pgtoll.product+json"
LICENSE_TYPE = "application/vnd.pgtoll.license+json"
REVOCATION_TYPE = "application/vnd.pgtoll.revocation+json"
PAYLOAD_TYPES = frozenset({PRODUCT_TYPE, LICENSE_TYPE, REVOCATION_TYPE})

# Room for a product that lists some 20,000 objects one by one.
MAX_FILE_BYTES = 1 << 20

_FORM = b'{"payloadType":"%b","payload":"%b","signatures":[{"keyid":"%b","sig":"%b"}]}'
_PATTERN = re.compile(
    rb'\{"payloadType":"([a-z+./-]{1,80})","payload":"([A-Za-z0-9+/]+={0,2})",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]{32})","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}'
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the file says, before anyone believes it."""

    payload_type: str
    payload: bytes
    key_id: str  # a hint which key to try; it is not signed and proves nothing
    signature: bytes


def parse_envelope(data: bytes) -> Envelope:
    """Return what the file says. Raises BadEnvelope for anything but its one byte form."""
    if len(data) > MAX_FILE_BYTES:
        raise BadEnvelope(f"file of {len(data)} bytes, at most {MAX_FILE_BYTES} are read")
    match = _PATTERN.fullmatch(data)
    if match is None:
        raise BadEnvelope("not a signed file of pgtoll, or altered or cut short on its way")
    payload_type = match[1].decode("ascii")
    if payload_type not in PAYLOAD_TYPES:
        raise BadEnvelope(f"unknown kind of file {payload_type}")
    try:
        payload, signature = base64.b64decode(match[2]), base64.b64decode(match[4])
    except binascii.Error as exc:
        raise BadEnvelope("payload is not base64") from exc
    envelope = Envelope(payload_type, payload, match[3].decode("ascii"), signature)
    if render_envelope(envelope) != data:  # base64 has spare bits
        raise BadEnvelope("payload or signature is not in its one base64 form")
    return envelope


def render_envelope(envelope: Envelope) -> bytes:
    """Return the file's bytes."""
    return _FORM % (
        envelope.payload_type.encode("ascii"),
        base64.b64encode(envelope.payload),
        envelope.key_id.encode("ascii"),
        base64.b64encode(envelope.signature),
    )


def signed_bytes(payload_type: str, payload: bytes) -> bytes:
    """Return what a signature covers: the kind and the exact payload (DSSE, "PAE Definition")."""
    kind = payload_type.encode("ascii")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
