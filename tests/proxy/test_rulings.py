"""Rulings that a session keeps: few, of short texts, for one standing and one picture."""

import gc
from dataclasses import replace
from weakref import ref

from catalog_samples import SEATED
from gates import CONTACTS, INVOICES, gate_of, ruled

from pgtoll.marks import Mark
from pgtoll.rulings import LONGEST, MOST, KeptRulings
from pgtoll.session.effects import Ruling
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Kind, Verdict

RULINGS = (Ruling(Statement("select", 0, 8), Verdict(Kind.ALLOW)),)


class Picture:
    """Stands for a large one."""


STANDING, PICTURE = object(), Picture()


def kept(*texts: bytes) -> KeptRulings:
    rulings = KeptRulings()
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
    rulings = KeptRulings()
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
