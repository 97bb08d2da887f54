"""Nobody who stays within a license, or below the cap, is refused anything."""

from pathlib import Path

import pytest
from bench.honest.__main__ import measure
from bench.honest.counting import Came, Tally, compare, table, total
from bench.honest.programs import Programs, psql_commands
from bench.honest.replay import Outcome, is_refusal
from bench.honest.scripts import Text, read_script
from bench.honest.sources import captured, regression
from bench.honest.stage import STANDINGS, stage
from servers import Postgres, system_binaries

pytestmark = pytest.mark.live

GOOD = Outcome((), digest=b"1")
BAD = Outcome(("22012",))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("standing", STANDINGS)
def test_nothing_honest_is_refused(
    standing: str, postgres15: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    binaries = system_binaries(15)
    assert binaries is not None
    parts = ("tools", "work", "programs") if standing == "lacking" else ("work",)
    with stage(postgres15, tmp_path, standing) as place:
        tallies = measure(place, Programs(binaries), parts, standing)
    assert total(tallies).statements > 300
    assert not total(tallies).of(Came.REFUSED), capsys.readouterr().out


@pytest.mark.parametrize(
    ("beside", "again", "behind", "came"),
    [
        (GOOD, GOOD, GOOD, Came.SAME),
        (BAD, BAD, BAD, Came.SAME),
        (GOOD, GOOD, Outcome(("42501",), refusal="no license"), Came.REFUSED),
        (BAD, BAD, Outcome(("42501",), refusal="no license"), Came.WITHHELD),
        (BAD, BAD, Outcome(("42501",), withheld=True), Came.WITHHELD),
        (GOOD, GOOD, Outcome(("42501",), withheld=True), Came.OTHER),
        (GOOD, GOOD, Outcome((), digest=b"2"), Came.OTHER),
        (GOOD, Outcome((), digest=b"3"), Outcome((), digest=b"2"), Came.VOLATILE),
        (GOOD, BAD, BAD, Came.VOLATILE),
    ],
)
def test_how_outcomes_compare(beside: Outcome, again: Outcome, behind: Outcome, came: Came) -> None:
    assert compare(beside, again, behind) is came


def test_the_rate_is_that_of_wrong_refusals() -> None:
    tally = Tally()
    tally.add([Came.SAME] * 199 + [Came.REFUSED], checked=3)
    assert tally.rate == 0.5
    everything = total({"a": tally, "b": tally})
    assert (everything.statements, everything.of(Came.REFUSED), everything.checked) == (400, 2, 6)
    assert table({"a": tally}).splitlines()[2].split() == ["a", "200", "1", "0", "0", "3", "0.500"]


def test_a_script_is_what_reaches_the_server() -> None:
    script = r"""
\set x 1
SELECT ';' AS a; -- ;
SELECT 1 \gset
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);
COPY t FROM STDIN;
1;
\.
SELECT 2
"""
    texts = read_script(script)
    starts = [text.sql.rpartition("\n")[2][:13] for text in texts]
    assert starts == [
        *(
            "SELECT ';' AS",
            "SELECT 1",
            "CREATE FUNCTI",
            "CREATE RULE r",
            "COPY t FROM S",
            "SELECT 2",
        ),
    ]
    assert texts[4] == Text("COPY t FROM STDIN", b"1;\n")


def test_the_corpus_has_what_is_asked_for() -> None:
    assert {source.name for source in captured()} >= {"django", "sqlalchemy", "psql", "pg_dump"}
    names = [source.name for source in regression()]
    assert names[0] == "test_setup"
    assert len(names) > 100
    assert "\\dt+ shop.*" in psql_commands()


def test_a_refusal_is_known_by_its_words() -> None:
    assert is_refusal('ERROR:  no license for table "x" of product "y"')
    assert not is_refusal("ERROR:  permission denied for table x")
