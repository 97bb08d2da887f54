"""What is remembered is what verifying again would give."""

from dataclasses import replace

import pytest
from license_samples import KEY, KEYS, MARKETING, PERSONAL, key_pair

from pgtoll.store.verified import VerifiedFiles
from pgtoll_policy.errors import BadEnvelope, BadSignature
from pgtoll_policy.issue import sign
from pgtoll_policy.keys import trusted

FILE = sign(replace(MARKETING, key_id=KEY.key_id), KEY)


def test_a_file_is_verified_once() -> None:
    files = VerifiedFiles()
    assert files.read(FILE, KEYS) is files.read(bytes(FILE), KEYS)


def test_a_key_that_is_trusted_no_more_vouches_for_nothing() -> None:
    files = VerifiedFiles()
    files.read(FILE, KEYS)
    with pytest.raises(BadSignature):
        files.read(FILE, trusted([key_pair()[1]]))
    with pytest.raises(BadSignature):
        files.read(FILE, trusted([]))


def test_a_changed_file_is_another() -> None:
    files = VerifiedFiles()
    files.read(FILE, KEYS)
    with pytest.raises((BadSignature, BadEnvelope)):
        files.read(FILE[:-3] + FILE[-2:], KEYS)


def test_memory_is_bounded() -> None:
    files = VerifiedFiles(len(FILE) + 10)
    first = files.read(FILE, KEYS)
    files.read(sign(replace(PERSONAL, key_id=KEY.key_id), KEY), KEYS)
    assert files.read(FILE, KEYS) == first
    assert files.read(FILE, KEYS) is not first
