"""The scripted judge of these tests answers what a session asks its judge."""

from peers import ScriptedJudge

from pgtoll.session.effects import Judge
from pgtoll_policy.verdict import Kind


def test_a_judge_answers_every_question_of_a_session() -> None:
    judge: Judge = ScriptedJudge(lacks=True)
    assert not judge.clear
    assert judge.lacked == {"base"}
    assert [r.verdict.kind for r in judge.rule(b"BEGIN", "") or ()] == [Kind.ALLOW]
    assert judge.rule_unseen("").verdict.kind is Kind.WATCH
    assert judge.rule_unreadable("").verdict.kind is Kind.REFUSE
    checks = {judge.witness(final=final, watched=False) for final in (True, False)}
    assert len(checks) == 2
    verdicts = (judge.over_cap("", "", "", ""), judge.touched("", "", ""))
    assert {v.kind for v in (*verdicts, judge.failed_unchecked(""))} == {Kind.REFUSE}
    judge.set_parameter(b"client_encoding", b"UTF8")
