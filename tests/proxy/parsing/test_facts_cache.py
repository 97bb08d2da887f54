"""Facts are found by the text and by its shape, and never more of them are kept than is bounded."""

import gc
import weakref
from dataclasses import replace

from catalog_samples import CATALOG, ROWS

from pgtoll.parsing.facts_cache import (
    GENERATION_BYTES,
    GENERATION_ENTRIES,
    LONG_BYTES,
    LONG_TEXTS,
    LONGEST_KEY,
    NAME_BYTES,
    Facts,
    FactsCache,
    Generations,
    LongTexts,
)
from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.facts import Name, Script, Statement
from pgtoll_policy.shape import MAX_BYTES
from pgtoll_policy.statement import read_script

ONE = b"SELECT * FROM contact WHERE id = 1"
TWO = b"SELECT * FROM contact WHERE id = 2"
FACTS = Facts(read_script("SELECT 1"))


def kept(*texts: bytes, shapeable: bool = True) -> FactsCache:
    cache = FactsCache()
    for sql in texts:
        cache.keep(sql, sql if shapeable else None, read_script(sql.decode()))
    return cache


def counted(cache: FactsCache) -> tuple[int, int, int]:
    return cache.exact_hits, cache.shape_hits, cache.misses


def test_a_text_that_was_read_is_found_by_itself() -> None:
    cache = kept(ONE)
    facts = cache.find(ONE, ONE)
    assert facts is not None
    assert facts.script == read_script(ONE.decode())
    assert counted(cache) == (1, 0, 0)


def test_a_text_of_the_same_shape_has_the_same_facts() -> None:
    cache = kept(ONE)
    assert cache.has(TWO, TWO)
    assert cache.find(TWO, TWO) is cache.find(ONE, ONE)
    assert counted(cache) == (1, 1, 0)


def test_another_table_is_another_shape() -> None:
    cache, other = kept(ONE), ONE.replace(b"contact", b"mrktinvoice")
    assert not cache.has(other, other)
    assert cache.find(other, other) is None
    assert counted(cache) == (0, 0, 1)


def test_a_text_whose_shape_must_not_count_is_found_by_itself_only() -> None:
    cache = kept(ONE)
    assert cache.find(TWO, None) is None
    assert not cache.has(TWO, None)
    cache = kept(ONE, shapeable=False)
    assert cache.has(ONE, None)
    assert not cache.has(TWO, TWO)


def test_a_script_that_is_not_shapeable_is_found_by_its_text_only() -> None:
    cache = kept(b"SELECT 1; SELECT 1")
    assert cache.has(b"SELECT 1; SELECT 1", b"SELECT 1; SELECT 1")
    assert not cache.has(b"SELECT 2; SELECT 2", b"SELECT 2; SELECT 2")


def test_a_text_without_a_shape_is_found_by_itself_only() -> None:
    cache = kept(b"SHOW a")
    assert cache.has(b"SHOW a", b"SHOW a")
    assert not cache.has(b"SHOW b", b"SHOW b")


def test_a_text_without_constants_is_an_exact_hit_when_it_comes_again() -> None:
    normal = ONE.replace(b"1", b"$1")
    cache = kept(ONE)
    facts = cache.find(normal, normal)
    assert facts is not None
    assert cache.find(normal, normal) is facts
    assert counted(cache) == (1, 1, 0)


def test_what_a_text_touches_follows_the_catalog() -> None:
    facts = Facts(read_script("SELECT * FROM contact; SELECT * FROM mrktinvoice"))
    first = facts.reaches(CATALOG)
    assert [{one.name for one in reached.reads} for reached in first] == [
        {"contact"},
        {"mrktinvoice"},
    ]
    assert facts.reaches(CATALOG) is first
    other = facts.reaches(build_catalog(ROWS))
    assert other is not first
    assert other == first


def test_a_text_that_is_kept_keeps_no_catalog() -> None:
    facts, catalog = Facts(read_script("SELECT 1")), build_catalog(ROWS)
    facts.reaches(catalog)
    gone = weakref.ref(catalog)
    del catalog
    gc.collect()
    assert gone() is None


def test_what_is_asked_for_outlives_a_generation_and_the_rest_is_forgotten() -> None:
    generations = Generations()
    generations.keep("asked for", FACTS, 1)
    generations.keep("not asked for", FACTS, 1)
    for turn in range(2):
        for number in range(GENERATION_ENTRIES - 1):
            generations.keep((turn, number), FACTS, 1)
        assert generations.find("asked for") is FACTS
    generations.keep("full", FACTS, GENERATION_BYTES + 1)
    assert generations.find("asked for") is FACTS
    assert generations.find("not asked for") is None


def test_large_entries_end_a_generation_sooner() -> None:
    generations = Generations()
    generations.keep("first", FACTS, 1)
    for number in range(2):
        generations.keep(number, FACTS, GENERATION_BYTES + 1)
    assert generations.find("first") is None
    assert generations.find(1) is FACTS


def test_what_is_asked_for_again_still_counts() -> None:
    generations = Generations()
    facts, size = Facts(read_script("SELECT 1")), GENERATION_BYTES // 2
    for turn in range(3):
        for key in range(100):
            if turn == 0 or generations.find(key) is None:
                generations.keep(key, facts, size)
    assert sum(generations.find(key) is not None for key in range(100)) <= 6


def test_a_long_text_is_found_by_itself_only() -> None:
    long = ONE + b" " * MAX_BYTES
    cache = kept(long)
    assert cache.has(long, long)
    assert cache.find(long, bytes(bytearray(long))) is not None
    other = long.replace(b"1", b"2")
    assert cache.find(other, other) is None
    assert counted(cache) == (2, 0, 0)


def test_what_is_too_long_for_a_key_is_kept_for_a_moment() -> None:
    long = ONE + b" " * LONGEST_KEY
    cache = kept(long)
    assert cache.find(long, long) is not None
    for number in range(LONG_TEXTS):
        cache.keep_long(b"%d" % number, FACTS)
    assert cache.find(long, long) is None


def test_of_long_texts_a_few_are_kept_and_only_so_many_bytes() -> None:
    texts = LongTexts()
    for number in range(LONG_TEXTS + 1):
        texts.keep(b"%d" % number, FACTS)
    assert texts.find(b"0") is None
    assert texts.find(b"1") is FACTS
    texts.keep(b"x" * LONG_BYTES, FACTS)
    assert texts.find(b"1") is None
    assert texts.find(b"x" * LONG_BYTES) is FACTS
    texts.keep(b"y", FACTS)
    assert texts.find(b"x" * LONG_BYTES) is None
    assert texts.find(b"y") is FACTS


def test_one_script_has_its_facts_once() -> None:
    cache, script = FactsCache(), read_script("SELECT 1")
    one = cache.keep(b"SELECT 1", b"SELECT 1", script)
    assert cache.keep(b"SELECT 1, 2", b"SELECT 1, 2", script) is one
    assert cache.find(b"SELECT 3, 4", b"SELECT 3, 4") is one
    assert cache.keep(b"SELECT a", b"SELECT a", read_script("SELECT a")) is not one


def test_many_names_take_much_room() -> None:
    cache, script = FactsCache(), read_script("SELECT 1")
    cache.keep(b"first", None, script)
    names = frozenset(Name("", f"t{number}") for number in range(1000))
    statement = replace(script.statements[0], others=names, body=(Statement("body", 0, 0),) * 2)
    for number in range(2 * GENERATION_BYTES // (NAME_BYTES * len(names))):
        cache.keep(b"%d" % number, None, Script((statement, statement), refusal=str(number)))
    assert cache.find(b"first", None) is None
