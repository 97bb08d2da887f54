"""A message that runs nothing ends its round: what ran in it is checked before."""

import pytest
from peers import ScriptedJudge, Talk, extended

from pgtoll.wire.messages import FLUSH, SYNC, query

INSERT = b"INSERT INTO t SELECT generate_series(1, %d)"
EMPTY = (query(b""), query(b" ;\n"))


def capped(*, observe: bool = False) -> Talk:
    return Talk(ScriptedJudge(demo=True, cap=3, observe=observe))


@pytest.mark.parametrize("end", [*EMPTY, FLUSH + EMPTY[0]])
@pytest.mark.parametrize("observe", [False, True])
def test_an_empty_query_has_its_own_reply_behind_a_round_that_is_counted(
    end: bytes, observe: bool
) -> None:
    talk = capped(observe=observe)
    assert talk.say(extended(INSERT % 2) + end) == "1 2 n C I ZI"
    assert [one.rows for one in talk.server.engine.commits] == [2]
    assert talk.say(query(b"SELECT generate_series(1, 1)")) == "T D C ZI"


@pytest.mark.parametrize("end", [SYNC, *EMPTY])
def test_what_ends_a_round_does_not_commit_too_many_rows(end: bytes) -> None:
    talk = capped()
    said = talk.say(extended(INSERT % 9) + end)
    assert "E53400" in said
    assert said.endswith("ZI")
    assert not any(one.rows for one in talk.server.engine.commits)


def test_an_empty_query_in_a_block_leaves_it_open() -> None:
    talk = capped()
    talk.say(query(b"BEGIN"))
    assert talk.say(extended(INSERT % 2) + EMPTY[0]) == "1 2 n C I ZT"
    assert talk.say(query(b"TABLE nosuch")).endswith("ZE")
    assert talk.say(EMPTY[0]) == "I ZE"
