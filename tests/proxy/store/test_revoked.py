"""What was revoked once stays revoked for a proxy, whatever becomes of the store."""

from dataclasses import replace

import pytest
from license_samples import KEY, KEYS, MARKETING, REVOCATION, SERVER, key_pair
from stored import held

from pgtoll.store.archive import StoredDocument, verify_all
from pgtoll.store.revoked import Revoked
from pgtoll_policy.admission import revoked_licenses
from pgtoll_policy.documents import Document
from pgtoll_policy.issue import sign
from pgtoll_policy.keys import trusted

OLD = [held(1, MARKETING), held(2, SERVER)]
NEW = [*OLD, held(3, REVOCATION)]


def joined(known: Revoked, stored: list[StoredDocument]) -> list[Document]:
    good, _ = verify_all(stored, KEYS)
    return known.join(stored, good, KEYS)


def test_a_revocation_that_the_store_has_forgotten_holds_on() -> None:
    known = Revoked()
    assert revoked_licenses(joined(known, OLD)) == frozenset()
    joined(known, NEW)
    assert revoked_licenses(joined(known, OLD)) == {SERVER.id}
    (file,) = known.take_missing()
    assert file == sign(REVOCATION, KEY)
    assert known.take_missing() == {}, "it is given once for each time that it is missed"


def test_what_the_store_has_is_not_given_again() -> None:
    known = Revoked()
    assert len(joined(known, NEW)) == 3
    assert len(joined(known, NEW)) == 3
    assert known.take_missing() == {}
    more = replace(REVOCATION, licenses=REVOCATION.licenses | {"9" * 32}, serial=2)
    assert len(joined(known, [*OLD, held(4, more)])) == 3, "another list withdraws it as well"
    assert known.take_missing() == {}


def test_one_beside_the_trusted_keys_holds_from_the_start() -> None:
    known = Revoked()
    known.trust([sign(REVOCATION, KEY)], KEYS)
    assert revoked_licenses(joined(known, OLD)) == {SERVER.id}


def test_what_no_trusted_key_has_signed_counts_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    stranger, _ = key_pair()
    known = Revoked()
    known.trust([sign(REVOCATION, stranger), b"garbage", sign(MARKETING, KEY)], KEYS)
    assert joined(known, OLD) == joined(Revoked(), OLD)
    assert caplog.text.count("does not count") == 2


def test_a_key_that_is_trusted_no_more_takes_along_what_it_has_signed() -> None:
    known = Revoked()
    joined(known, NEW)
    _, other = key_pair()
    assert known.join([], {}, trusted([other])) == []
