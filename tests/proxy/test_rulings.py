"""Rulings that a session keeps: few, of short texts, for one standing and one picture."""

import gc
from weakref import ref

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


def test_few_and_short_texts_are_kept() -> None:
    rulings = kept(b"x" * (LONGEST + 1), *(b"%d" % number for number in range(MOST + 1)))
    assert rulings.find(b"x" * (LONGEST + 1), STANDING, PICTURE) is None
    assert rulings.find(b"0", STANDING, PICTURE) is RULINGS
    assert rulings.find(b"%d" % MOST, STANDING, PICTURE) is None
