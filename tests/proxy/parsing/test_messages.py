"""Scripts cross a pipe unchanged, and nothing else comes out of it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statement_corpus import sample

from pgtoll.parsing.messages import LONGEST_KNOWN, MOST_KNOWN, Decoder, decode, encode
from pgtoll_policy.facts import ANY_END, Act, Name, Script, Statement
from pgtoll_policy.statement import read_script

FULL = Statement(
    verb="select",
    start=1,
    end=2,
    reads=frozenset({Name("s", "é"), Name("", 't"\n')}),
    writes=frozenset({Name("", "a")}),
    inserts=frozenset({Name("", "b")}),
    functions=frozenset({Name("", "c")}),
    operators=frozenset({"+", "<#>"}),
    types=frozenset({Name("", "d")}),
    columns=frozenset({"e"}),
    others=frozenset({Name("", "f")}),
    discreet=frozenset({"pg_stats"}),
    opaque="g",
    unwatchable="h",
    ddl=True,
    keeps=True,
    makes=frozenset({Name("s", "l")}),
    act=Act.ROLLBACK_TO,
    settings=("j", "i", "j"),
    copies_in=True,
    holds=True,
    may_commit=True,
    prepares="",
    executes="k",
    block="m",
    language="sql",
    defines=(Statement("body", 0, 0, functions=frozenset({Name("", "o")})),),
    undefined="p",
    body=(Statement("body", 0, 0, reads=frozenset({Name("", "n")})), Statement("rename", 1, 2)),
)


@pytest.mark.parametrize(
    "script",
    [
        Script(()),
        Script((FULL, Statement("set", 3, 4)), refusal="why", rejected=True),
        Script((replace(FULL, start=0, end=ANY_END),), shapeable=True),
    ],
)
def test_a_script_comes_out_as_it_went_in(script: Script) -> None:
    line = encode(script)
    assert line.count(b"\n") == 1
    assert decode(line) == script


def whole(script: Script) -> Script:
    """Return a script as it is for all texts of its shape, if that is so."""
    if not script.shapeable:
        return script
    (statement,) = script.statements
    return replace(script, statements=(replace(statement, start=0, end=ANY_END),))


def test_every_kind_of_statement_comes_out_as_it_went_in() -> None:
    scripts = [read_script(row.sql, second_reader=False) for row in sample(100)]
    assert [decode(encode(script)) for script in scripts] == list(map(whole, scripts))


def test_what_has_its_default_is_not_sent() -> None:
    line = encode(Script((Statement("select", 0, 8),)))
    assert line == b'[[{"verb":"select","start":0,"end":8}],"",false,false]\n'


def bent(**fields: object) -> bytes:
    return json.dumps([[{"verb": "a", "start": 0, "end": 1} | fields], "", False, False]).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'[[], "", 0, false]',
        b"[[], null, false, false]",
        b'[[{}], "", false, false]',
        b'[["a"], "", false, false]',
        bent(reads=[["a"]]),
        bent(reads=[["a", 1]]),
        bent(reads="a"),
        bent(operators=[1]),
        bent(act="explode"),
        bent(start="0"),
        bent(settings={"a": 1}),
        bent(executes=1),
        bent(opaque=None),
        bent(body=["a"]),
        bent(body={}),
    ],
)
def test_nothing_else_is_a_script(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(line)


@given(st.binary())
def test_garbage_is_a_value_error(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(line)


def test_only_what_a_statement_holds_can_be_sent() -> None:
    odd = Script((Statement(b"select", 0, 1),))  # type: ignore[arg-type]  # what types forbid
    with pytest.raises(TypeError, match="bytes"):
        encode(odd)


def test_texts_that_say_the_same_have_one_script() -> None:
    decoder = Decoder()
    one, other = (
        decoder.decode(encode(read_script(sql)))
        for sql in ("SELECT a FROM t", "  SELECT a, b FROM t WHERE (c) LIMIT 5;")
    )
    assert one is other
    assert decoder.decode(encode(read_script("SELECT a FROM u"))) is not one


def test_of_lines_few_and_short_ones_are_kept() -> None:
    decoder = Decoder()
    line, long = (
        encode(Script((Statement("set", 0, size * 0, opaque="x" * size),)))
        for size in (1, LONGEST_KNOWN)
    )
    assert decoder.decode(line) is decoder.decode(line)
    assert decoder.decode(long) is not decoder.decode(long)
    first = decoder.decode(line)
    for number in range(MOST_KNOWN):
        decoder.decode(encode(Script((), refusal=str(number))))
    assert decoder.decode(line) is not first
