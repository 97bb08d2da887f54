"""Rulings that sessions keep: few, of short texts, for one standing and one picture."""

import gc
from dataclasses import replace
from weakref import ref

from catalog_samples import SEATED
from gates import CONTACTS, INVOICES, gate_of, ruled

from pgtoll.catalog.marks import Mark
from pgtoll.rulings import LONGEST, MOST, RULING_BYTES, KeptRulings, Room, SharedRulings
from pgtoll.session.effects import Ruling
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Kind, Verdict

RULINGS = (Ruling(Statement("select", 0, 8), Verdict(Kind.ALLOW)),)


class Picture:
    """Stands for a large one."""


STANDING, PICTURE = object(), Picture()


def kept(*texts: bytes) -> KeptRulings:
    rulings = KeptRulings(Room())
    for sql in texts:
        assert rulings.find(sql, STANDING, PICTURE) is None
        rulings.keep(sql, RULINGS)
    return rulings


def test_a_text_is_ruled_once() -> None:
    assert kept(b"a").find(b"a", STANDING, PICTURE) is RULINGS
    assert kept(b"a").find(b"b", STANDING, PICTURE) is None


def test_another_standing_or_picture_begins_anew() -> None:
    for standing, picture in ((object(), PICTURE), (STANDING, Picture())):
        rulings = kept(b"a")
        assert rulings.find(b"a", standing, picture) is None
        assert rulings.find(b"a", STANDING, PICTURE) is None


def test_what_is_forgotten_is_ruled_again() -> None:
    rulings = kept(b"a")
    rulings.forget()
    assert rulings.find(b"a", STANDING, PICTURE) is None


def test_no_picture_is_kept() -> None:
    picture = Picture()
    rulings = KeptRulings(Room())
    rulings.find(b"a", STANDING, picture)
    rulings.keep(b"a", RULINGS)
    gone = ref(picture)
    del picture
    gc.collect()
    assert gone() is None


def test_short_texts_are_kept() -> None:
    rulings = kept(b"x" * (LONGEST + 1), b"x" * LONGEST)
    assert rulings.find(b"x" * (LONGEST + 1), STANDING, PICTURE) is None
    assert rulings.find(b"x" * LONGEST, STANDING, PICTURE) is RULINGS


def test_few_texts_are_kept_and_they_are_the_last() -> None:
    texts = [b"%d" % number for number in range(MOST)]
    rulings = kept(*texts)
    assert all(rulings.find(text, STANDING, PICTURE) is RULINGS for text in texts)
    rulings.keep(b"one more", RULINGS)
    assert rulings.find(b"0", STANDING, PICTURE) is None
    assert rulings.find(b"one more", STANDING, PICTURE) is RULINGS


# By what texts of one shape have in common


def test_a_shape_is_ruled_once() -> None:
    rulings = kept(b"a")
    assert not rulings.has_shapes
    facts = object()
    rulings.keep_shape(facts, RULINGS)
    assert rulings.has_shapes
    assert rulings.find_shape(facts) is RULINGS
    assert rulings.find_shape(object()) is None


def test_shapes_are_forgotten_with_the_texts() -> None:
    for standing, picture in ((object(), PICTURE), (STANDING, Picture())):
        rulings, facts = kept(b"a"), object()
        rulings.keep_shape(facts, RULINGS)
        rulings.find(b"b", STANDING, PICTURE)
        assert rulings.find_shape(facts) is RULINGS
        rulings.find(b"b", standing, picture)
        assert rulings.find_shape(facts) is None


def test_few_shapes_are_kept_and_they_are_the_last() -> None:
    rulings, shapes = kept(b"a"), [object() for _ in range(MOST + 1)]
    for facts in shapes:
        rulings.keep_shape(facts, RULINGS)
    assert [rulings.find_shape(one) for one in shapes] == [None] * MOST + [RULINGS]


def test_what_was_ruled_plain_is_known_to_be_by_its_text_or_its_shape() -> None:
    gate = gate_of(SEATED, mark=Mark(7))
    judge, other = gate.judge("bob"), b"SELECT * FROM contact WHERE id = 23"
    assert not judge.proven(CONTACTS)
    ruled(judge, CONTACTS)
    assert judge.proven(CONTACTS)
    assert judge.proven(other)
    assert judge.rule(other, "") == judge.rule(CONTACTS, "")
    for sql in (INVOICES, b"", CONTACTS + b";" + CONTACTS, b"BEGIN"):
        ruled(judge, sql)
        assert not judge.proven(sql)
    assert not judge.proven(b"SELECT * FROM contact WHERE id = '\xc3\xb6'")
    gate.doubt_catalog()
    assert not judge.proven(CONTACTS)
    gate.trust_catalog(gate.doubts)
    assert judge.proven(CONTACTS)
    gate.picture = replace(gate.picture, mark=Mark(8))
    assert not judge.proven(CONTACTS)
    ruled(judge, CONTACTS)
    judge.set_parameter(b"standard_conforming_strings", b"off")
    assert not judge.proven(CONTACTS)


# Together


def test_where_there_is_no_room_left_everybody_forgets() -> None:
    room = Room(3 * RULING_BYTES)
    one, other = KeptRulings(room), KeptRulings(room)
    for rulings in (one, other):
        rulings.find(b"a", STANDING, PICTURE)
        rulings.keep(b"a", RULINGS)
        assert rulings.find(b"a", STANDING, PICTURE) is RULINGS
    other.keep_shape(object(), RULINGS)
    assert one.find(b"a", STANDING, PICTURE) is None
    assert other.find(b"a", STANDING, PICTURE) is None
    assert not other.has_shapes
    one.keep(b"a", RULINGS)
    assert one.find(b"a", STANDING, PICTURE) is RULINGS


def test_sessions_of_a_kind_share_what_they_keep_and_it_goes_with_the_last() -> None:
    shared = SharedRulings()
    one = shared.of("a")
    assert shared.of("a") is one
    assert shared.of("b") is not one
    gone = ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_what_one_session_was_ruled_another_of_the_same_user_is() -> None:
    gate = gate_of(SEATED, mark=Mark(7))
    one, other = gate.judge("bob"), gate.judge("bob")
    ruled(one, CONTACTS)
    assert other.proven(CONTACTS)
    for judge in (
        gate.judge("alice"),
        gate.judge("bob", doubt="why"),
        gate.judge("bob", replication=True),
    ):
        assert not judge.proven(CONTACTS)


def test_who_is_read_or_judged_otherwise_shares_nothing() -> None:
    gate = gate_of(SEATED, mark=Mark(7))
    one, other = gate.judge("bob"), gate.judge("bob")
    ruled(one, CONTACTS)
    for name, value in (
        (b"client_encoding", b"LATIN1"),
        (b"server_encoding", b"LATIN1"),
        (b"standard_conforming_strings", b"off"),
    ):
        judge = gate.judge("bob")
        judge.set_parameter(name, value)
        assert not judge.proven(CONTACTS)
        judge.set_parameter(b"TimeZone", b"UTC")
        assert not judge.proven(CONTACTS)
    other.set_parameter(b"TimeZone", b"UTC")
    assert other.proven(CONTACTS)
    other.identify("carol")
    assert not other.proven(CONTACTS)
    gate.observe = True
    one.renew()
    assert not one.proven(CONTACTS)
    assert gate.judge("bob").observes


def test_what_is_gone_by_again_is_counted_as_often() -> None:
    gate = gate_of(SEATED)
    judge = gate.judge("bob")
    (ruling,) = ruled(judge, CONTACTS)
    judged, hits = gate.judged, gate.facts.exact_hits
    known = gate.verdicts[ruling.verdict.kind, ruling.verdict.product]
    judge.count((ruling,), 7)
    assert (gate.judged, gate.facts.exact_hits) == (judged + 7, hits + 7)
    assert gate.verdicts[ruling.verdict.kind, ruling.verdict.product] == known + 7
