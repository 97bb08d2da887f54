"""Whether a client knows a password: what PostgreSQL lets pass and what it refuses."""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passphrases import PLUS_HEADER, Client, client_key, secret_of

from pgtoll.errors import RefusedLogin
from pgtoll.wire import scram_check
from pgtoll.wire.scram import SCRAM, SCRAM_PLUS, Secret, mock_secret
from pgtoll.wire.scram_check import Check

HASH = b"h" * 32
SECRET = secret_of("open sesame")
NONCE = b"3rfcNHYJY1ZVvWVs7j"


def check(binding: bytes | None = None, mechanism: bytes = SCRAM, secret: Secret = SECRET) -> Check:
    made = Check(secret, NONCE, binding)
    made.choose(mechanism)
    return made


def counting(real: Callable[..., object], done: Counter[str]) -> Callable[..., object]:
    """The same function, which counts how often it is called."""

    def counted(*given: bytes) -> object:
        done[real.__name__] += 1
        return real(*given)

    return counted


def told(error: RefusedLogin) -> tuple[str, str]:
    return error.sqlstate, str(error)


def test_the_example_of_rfc_7677() -> None:
    secret = secret_of(
        "pencil", salt=bytes.fromhex("5b6d99689d12358eeca04b141236fa81"), iterations=4096
    )
    made = Check(secret, b"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", None)
    made.choose(SCRAM)
    first = (
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    assert made.first(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO") == first
    key = made.final(
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    assert key == client_key("pencil", secret)
    assert made.server_final == b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


@pytest.mark.parametrize(
    ("binding", "mechanism", "header", "bound"),
    [
        pytest.param(None, SCRAM, b"n,,", b"", id="no TLS"),
        pytest.param(None, SCRAM, b"y,,", b"", id="TLS at the client alone"),
        pytest.param(HASH, SCRAM, b"n,,", b"", id="channel binding not wanted"),
        pytest.param(HASH, SCRAM_PLUS, PLUS_HEADER, HASH, id="channel binding"),
    ],
)
def test_a_right_password_reveals_the_key(
    binding: bytes | None, mechanism: bytes, header: bytes, bound: bytes
) -> None:
    client, made = Client("open sesame", header, bound), check(binding, mechanism)
    key = made.final(client.final(made.first(client.first)))
    assert key == client_key("open sesame", SECRET)
    assert made.server_final == b"v=" + b64encode(client.signature)


@given(st.text(min_size=1, max_size=20))
def test_another_password_reveals_nothing(password: str) -> None:
    client, made = Client(password), check()
    key = made.final(client.final(made.first(client.first)))
    assert (key is None) == (password != "open sesame")


def test_nobody_proves_a_mock_secret() -> None:
    """CVE class: authentication of absent users. Zeros are keys like any other, but no one's."""
    secret = mock_secret("ghost", b"nonce")
    client, made = Client(""), check(secret=secret)
    assert made.final(client.final(made.first(client.first))) is None
    right = Secret(2, SECRET.salt, SECRET.stored_key, SECRET.server_key, mock=True)
    client, made = Client("open sesame"), check(secret=right)
    assert made.final(client.final(made.first(client.first))) is None


def test_the_work_is_the_same_whoever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """CVE class: absent users told by time."""
    done: Counter[str] = Counter()
    for name in ("signature", "is_key", "xored"):
        monkeypatch.setattr(scram_check, name, counting(getattr(scram_check, name), done))
    works = []
    for password, secret in [
        ("open sesame", SECRET),
        ("wrong", SECRET),
        ("wrong", mock_secret("ghost", b"nonce", 2)),
    ]:
        done.clear()
        client, made = Client(password), check(secret=secret)
        made.final(client.final(made.first(client.first)))
        works.append(dict(done))
    assert (
        works[0]
        == works[1]
        == works[2]
        == {
            "signature": 2,
            "is_key": 1,
            "xored": 1,
        }
    )


def test_only_what_was_offered_may_be_chosen() -> None:
    assert Check(SECRET, NONCE, None).mechanisms == (SCRAM,)
    assert Check(SECRET, NONCE, HASH).mechanisms == (SCRAM_PLUS, SCRAM)
    for binding, mechanism in [(None, SCRAM_PLUS), (HASH, b"PLAIN"), (HASH, b""), (None, b"x\n")]:
        with pytest.raises(RefusedLogin, match="invalid SASL authentication mechanism"):
            check(binding, mechanism)


def test_a_downgrade_is_refused() -> None:
    """Somebody on the way took SCRAM-SHA-256-PLUS out of what was offered (RFC 5802, section 6)."""
    with pytest.raises(RefusedLogin) as caught:
        check(HASH).first(Client("", b"y,,").first)
    assert told(caught.value) == ("28000", "SCRAM channel binding negotiation error")


@pytest.mark.parametrize(
    ("binding", "mechanism", "first", "expected"),
    [
        (None, SCRAM, b"", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,,n=,r=\0", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"x,,n=,r=a", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,x", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"nn,,n=,r=a", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,,", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,,r=a", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,,n=", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,,n=,r=a,1", ("08P01", "malformed SCRAM message")),
        (None, SCRAM, b"n,,n=,r=", ("08P01", "non-printable characters in SCRAM nonce")),
        (None, SCRAM, b"n,,n=,r=\x01", ("08P01", "non-printable characters in SCRAM nonce")),
        (None, SCRAM, b"n,a=root,n=,r=a", ("0A000", "client uses authorization identity, but it"
                                           " is not supported")),
        (None, SCRAM, b"n,,m=x,n=,r=a", ("0A000", "client requires an unsupported SCRAM"
                                          " extension")),
        (None, SCRAM, PLUS_HEADER + b"n=,r=a", ("08P01", "malformed SCRAM message")),
        (HASH, SCRAM_PLUS, b"n,,n=,r=a", ("08P01", "malformed SCRAM message")),
        (HASH, SCRAM_PLUS, b"p=tls-unique,,n=,r=a", ("08P01", "unsupported SCRAM channel-binding"
                                                     " type b'tls-unique'")),
        (HASH, SCRAM_PLUS, b"p=,,n=,r=a", ("08P01", "unsupported SCRAM channel-binding type b''")),
    ],
)  # fmt: skip
def test_a_bad_first_message_is_refused_as_postgresql_does(
    binding: bytes | None, mechanism: bytes, first: bytes, expected: tuple[str, str]
) -> None:
    with pytest.raises(RefusedLogin) as caught:
        check(binding, mechanism).first(first)
    assert told(caught.value) == expected


def altered(final: bytes, old: bytes, new: bytes) -> bytes:
    assert old in final
    return final.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"c=biws", b"c=eSws", "unexpected SCRAM channel-binding attribute in"),
        (b"c=biws", b"c=", "unexpected SCRAM channel-binding attribute in"),
        (b"c=biws,", b"", "malformed SCRAM message"),
        (b",p=", b",x=", "malformed SCRAM message"),
        (b",p=", b"A,p=", "invalid SCRAM response"),
        (b",r=fyko", b",r=fykO", "invalid SCRAM response"),
        (NONCE, b"", "invalid SCRAM response"),
    ],
)
def test_a_bad_last_message_is_refused_as_postgresql_does(
    old: bytes, new: bytes, expected: str
) -> None:
    client, made = Client("open sesame"), check()
    final = client.final(made.first(client.first))
    with pytest.raises(RefusedLogin, match=expected):
        made.final(altered(final, old, new))


@pytest.mark.parametrize("proof", [b"", b"AAAA", b"?", b"A" * 44, b"A" * 43 + b"=,x=y"])
def test_a_proof_is_as_long_as_a_key(proof: bytes) -> None:
    client, made = Client("open sesame"), check()
    unproven, _, _ = client.final(made.first(client.first)).rpartition(b",p=")
    with pytest.raises(RefusedLogin, match="malformed SCRAM message"):
        made.final(unproven + b",p=" + proof)


def test_extensions_before_the_proof_are_passed_over() -> None:
    """And signed with the rest: whoever adds one on the way makes the proof wrong."""
    client, made = Client("open sesame"), check()
    final = client.final(made.first(client.first))
    assert made.final(altered(final, b",p=", b",x=y,p=")) is None


@pytest.mark.parametrize("bound", [b"", b"H" * 32, HASH + b"x"])
def test_another_certificate_is_another_channel(bound: bytes) -> None:
    client, made = Client("open sesame", PLUS_HEADER, bound), check(HASH, SCRAM_PLUS)
    with pytest.raises(RefusedLogin, match="SCRAM channel binding check failed") as caught:
        made.final(client.final(made.first(client.first)))
    assert caught.value.sqlstate == "28000"


@given(st.binary(max_size=200), st.binary(max_size=200), st.sampled_from([None, HASH]))
def test_whatever_comes_ends_in_the_one_error(
    first: bytes, final: bytes, binding: bytes | None
) -> None:
    made, seen = check(binding), set()
    try:
        made.first(first)
        made.final(final)
    except RefusedLogin as exc:
        seen.add(exc.sqlstate)
    assert seen <= {"08P01", "0A000", "28000"}


@given(st.data())
def test_one_changed_byte_is_not_the_password(data: st.DataObject) -> None:
    client, made = Client("open sesame"), check()
    final = bytearray(client.final(made.first(client.first)))
    at = data.draw(st.integers(0, len(final) - 1))
    final[at] ^= data.draw(st.integers(1, 255))
    with suppress(RefusedLogin):
        assert made.final(bytes(final)) is None
