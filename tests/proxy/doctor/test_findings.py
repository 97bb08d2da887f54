"""A check's words are filled in with what its question brought back."""

from pgtoll.doctor.findings import Check, Report, Severity, diagnose

CHECK = Check(
    name="doors",
    sql="SELECT 1",
    what="{door} is open",
    why="{door} leads out",
    fine="every door is shut",
    fix=("shut {door};", "{more}"),
)


def test_each_row_is_a_finding() -> None:
    first, second = diagnose(CHECK, [{"door": "a{}", "more": ""}, {"door": "b", "more": "lock"}])
    assert (first.what, first.why, first.fix) == ("a{} is open", "a{} leads out", ("shut a{};",))
    assert second.fix == ("shut b;", "lock")
    assert first.severity is Severity.PROBLEM


def test_a_row_may_weigh_less_than_its_check() -> None:
    (found,) = diagnose(CHECK, [{"door": "a", "more": "", "severity": "warning"}])
    assert found.severity is Severity.WARNING


def test_no_row_is_good_news() -> None:
    (found,) = diagnose(CHECK, [])
    assert (found.severity, found.what, found.fix) == (Severity.OK, "every door is shut", ())


def test_only_problems_make_a_report_unsound() -> None:
    row = {"door": "a", "more": ""}
    warned = diagnose(CHECK, [row | {"severity": "warning"}])
    assert Report("18", "shop", "a", (*warned, *diagnose(CHECK, []))).sound
    report = Report("18", "shop", "a", diagnose(CHECK, [row]))
    assert not report.sound
    assert len(report.having(Severity.PROBLEM)) == 1
