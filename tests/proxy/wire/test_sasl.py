"""Authentication requests and their answers as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import message
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

NAMES = st.lists(st.binary(min_size=1, max_size=20).filter(lambda name: b"\0" not in name))


def test_requests_are_the_manuals() -> None:
    assert authentication(Request.OK) == b"R\0\0\0\x08\0\0\0\0"
    assert authentication_sasl([b"SCRAM-SHA-256"]) == b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0"
    assert sasl_response(b"x") == b"p\0\0\0\x05x"
    assert sasl_initial_response(b"M", b"x") == b"p\0\0\0\x0bM\0\0\0\0\x01x"


@given(NAMES.filter(bool))
def test_mechanisms_are_read_as_they_were_offered(names: list[bytes]) -> None:
    number, body = read_authentication(authentication_sasl(names))
    assert number == Request.SASL
    assert read_mechanisms(body) == tuple(names)


@pytest.mark.parametrize("body", [b"", b"\0", b"\0\0", b"A", b"A\0", b"A\0\0\0", b"A\0\0B\0\0"])
def test_what_is_no_list_of_mechanisms_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        read_mechanisms(body)


def test_a_request_without_a_type_is_refused() -> None:
    with pytest.raises(ProtocolViolation):
        read_authentication(message(b"R", b"\0\0\0"))


@given(st.binary(max_size=100))
def test_an_initial_response_is_read_as_it_was_made(data: bytes) -> None:
    made = sasl_initial_response(b"SCRAM-SHA-256", data)
    assert read_initial_response(made) == (b"SCRAM-SHA-256", data)


def test_an_initial_response_may_come_without_data() -> None:
    assert read_initial_response(message(b"p", b"M\0\xff\xff\xff\xff")) == (b"M", None)


@pytest.mark.parametrize(
    "payload",
    [b"", b"M", b"M\0", b"M\0\0\0\0", b"M\0\0\0\0\x02x", b"M\0\0\0\0\0x", b"M\0\xff\xff\xff\xffx",
     b"M\0\x80\0\0\0", b"M\0\x7f\xff\xff\xffx"],
)  # fmt: skip
def test_lengths_that_lie_are_refused(payload: bytes) -> None:
    """CVE class: length arithmetic."""
    with pytest.raises(ProtocolViolation):
        read_initial_response(message(b"p", payload))
