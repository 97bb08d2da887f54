"""Messages that are wrong in every way there is: lengths, types, counts inside, what is random."""

import struct
from collections.abc import Callable, Iterator
from random import Random

EXTREMES = (0, 1, 2, 3, 4, 5, 0x7FFF, 0x8000, 0xFFFF)
HUGE = (0x7FFFFFFF, 0x80000000, 0x80000004, 0xFFFFFFFC, 0xFFFFFFFF, 1 << 30, 1 << 24, 10_001)
FRONTEND = b"QPBEDCSHFXcfdp"
BACKEND = b"RKSZCTDEN123nstAIGHWVvc"

Mutation = Callable[[Random, bytes], bytes]


def lying_length(random: Random, one: bytes) -> bytes:
    """The length says something else than what comes."""
    said = random.choice((*EXTREMES, *HUGE, len(one), len(one) - 2, len(one) + 3))
    return one[:1] + struct.pack("!I", said & 0xFFFFFFFF) + one[5:]


def lying_count(random: Random, one: bytes) -> bytes:
    """A count or a length inside says something else than what comes."""
    if len(one) < 7:
        return lying_length(random, one)
    size = random.choice((2, 4))
    at = random.randrange(5, max(6, len(one) - size))
    said = random.choice(EXTREMES + HUGE) % (1 << 8 * size)
    return one[:at] + said.to_bytes(size, "big") + one[at + size :]


def other_type(random: Random, one: bytes) -> bytes:
    """The payload is that of another message."""
    return bytes([random.choice((random.randrange(256), *FRONTEND, *BACKEND))]) + one[1:]


def cut_off(random: Random, one: bytes) -> bytes:
    """It ends early, and the next begins."""
    return one[: random.randrange(len(one))]


def flipped(random: Random, one: bytes) -> bytes:
    """One bit is another."""
    at = random.randrange(len(one))
    return one[:at] + bytes([one[at] ^ 1 << random.randrange(8)]) + one[at + 1 :]


def no_end(_: Random, one: bytes) -> bytes:
    """No text in it ends."""
    return one[:5] + one[5:].replace(b"\0", b"x")


def stuffed(random: Random, one: bytes) -> bytes:
    """Random bytes stand inside of it; its length counts them."""
    at = random.randrange(5, len(one) + 1)
    more = random.randbytes(random.choice((1, 3, 40)))
    payload = one[5:at] + more + one[at:]
    return one[:1] + struct.pack("!I", len(payload) + 4) + payload


def noise(random: Random, _: bytes) -> bytes:
    """Nothing of it is left."""
    return random.randbytes(random.choice((1, 4, 5, 9, 64, 700)))


MUTATIONS: tuple[Mutation, ...] = (
    lying_length, lying_count, other_type, cut_off, flipped, no_end, stuffed, noise,
)  # fmt: skip


def mutated(random: Random, one: bytes) -> bytes:
    """Return a message with one or two things wrong."""
    for _ in range(random.choice((1, 1, 1, 2))):
        one = random.choice(MUTATIONS)(random, one) or b"\0"
        if len(one) < 5:
            break
    return one


def pieces(random: Random, data: bytes) -> Iterator[bytes]:
    """Split a stream anywhere."""
    size = random.choice((1, 2, 5, 1 << 16))
    for at in range(0, len(data), size):
        yield data[at : at + size]
