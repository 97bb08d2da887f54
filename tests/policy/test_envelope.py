"""A signed file has one byte form; everything else is refused before anyone believes it."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.envelope import (
    LICENSE_TYPE,
    MAX_FILE_BYTES,
    PAYLOAD_TYPES,
    Envelope,
    parse_envelope,
    render_envelope,
    signed_bytes,
)
from pgtoll_policy.errors import BadEnvelope

ENVELOPE = Envelope(LICENSE_TYPE, b"{}", "ab" * 16, bytes(range(64)))
DATA = render_envelope(ENVELOPE)

envelopes = st.builds(
    Envelope,
    st.sampled_from(sorted(PAYLOAD_TYPES)),
    st.binary(min_size=1, max_size=200),
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.binary(min_size=64, max_size=64),
)


def test_the_form_is_dsse_json_on_one_line() -> None:
    signature = base64.b64encode(ENVELOPE.signature).decode()
    assert DATA.decode() == (
        '{"payloadType":"application/vnd.pgtoll.license+json","payload":"e30=",'
        f'"signatures":[{{"keyid":"{"ab" * 16}","sig":"{signature}"}}]}}'
    )


def test_a_signature_covers_the_kind_and_the_exact_payload() -> None:
    assert signed_bytes("a/b", b"{ }") == b"DSSEv1 3 a/b 3 { }"


@given(envelopes)
def test_what_is_rendered_is_read_back(envelope: Envelope) -> None:
    assert parse_envelope(render_envelope(envelope)) == envelope


@given(st.binary(max_size=400))
def test_random_bytes_are_a_bad_envelope(data: bytes) -> None:
    with pytest.raises(BadEnvelope):
        parse_envelope(data)


@given(envelopes, st.data())
def test_a_flipped_bit_is_never_the_same_envelope(envelope: Envelope, data: st.DataObject) -> None:
    altered = bytearray(render_envelope(envelope))
    bit = data.draw(st.integers(0, 8 * len(altered) - 1))
    altered[bit // 8] ^= 1 << bit % 8
    with suppress(BadEnvelope):
        assert parse_envelope(bytes(altered)) != envelope


@pytest.mark.parametrize("length", range(len(DATA)))
def test_a_truncated_file_is_refused(length: int) -> None:
    with pytest.raises(BadEnvelope, match="cut short"):
        parse_envelope(DATA[:length])


@pytest.mark.parametrize(
    "data",
    [
        DATA + b"\n",
        b" " + DATA,
        b"\xef\xbb\xbf" + DATA,
        DATA.replace(b",", b", "),
        DATA.replace(b"}]}", b'},{"keyid":"x","sig":"y"}]}'),
        DATA.replace(b'"}]}', b'"}],"expires":"3000-01-01"}'),
        DATA.replace(b'"e30="', b'""'),
        DATA.upper(),
    ],
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(BadEnvelope, match="not a signed file"):
        parse_envelope(data)


def test_spare_bits_of_base64_are_refused() -> None:
    with pytest.raises(BadEnvelope, match="one base64 form"):
        parse_envelope(DATA.replace(b'"e30="', b'"e31="'))


@pytest.mark.parametrize("payload", [b"e30", b"e30==", b"e", b"e="])
def test_payload_that_is_not_base64_is_refused(payload: bytes) -> None:
    with pytest.raises(BadEnvelope, match="base64"):
        parse_envelope(DATA.replace(b"e30=", payload))


@pytest.mark.parametrize("kind", [b"application/json", b"application/vnd.pgtoll.seat+json"])
def test_an_unknown_kind_is_refused(kind: bytes) -> None:
    with pytest.raises(BadEnvelope, match="unknown kind"):
        parse_envelope(DATA.replace(LICENSE_TYPE.encode(), kind))


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    room = (MAX_FILE_BYTES - len(DATA)) // 4 * 3 + 2
    largest = Envelope(LICENSE_TYPE, b"x" * room, "0" * 32, bytes(64))
    assert MAX_FILE_BYTES - 4 < len(render_envelope(largest)) <= MAX_FILE_BYTES
    assert parse_envelope(render_envelope(largest)) == largest
    with pytest.raises(BadEnvelope, match="at most 1048576"):
        parse_envelope(b"x" * (MAX_FILE_BYTES + 1))
