"""Rounds that wait for their answers."""

import pytest

from pgtoll.session.rounds import Round, Rounds

MANY = 3000


def test_rounds_are_answered_in_order() -> None:
    one, two, three = Round(True), Round(False, (), 2), Round(False)
    rounds = Rounds(one)
    rounds.append(two)
    rounds.append(three)
    assert (len(rounds), rounds.next, list(rounds)) == (3, one, [one, two, three])
    assert rounds.popleft() is one
    assert rounds.pop() is three
    assert (list(rounds), rounds.next.sent) == ([two], 2)
    assert rounds.popleft() is two
    assert not rounds
    with pytest.raises(IndexError):
        rounds.popleft()
    with pytest.raises(IndexError):
        rounds.pop()


def test_what_is_answered_is_forgotten_however_many_come_and_go() -> None:
    rounds = Rounds()
    for _ in range(MANY):
        rounds.append(Round(True))
    for number in range(MANY - 1):
        rounds.popleft()
        assert len(rounds) == MANY - number - 1
    rounds.append(Round(False))
    assert [one.query for one in rounds] == [True, False]
    rounds.clear()
    assert not rounds
    rounds.append(Round(True))
    assert rounds.popleft().query
