"""pgbench runs through the proxy as it runs beside it: nothing fails and nothing is lost."""

import subprocess

import pytest
import servers
from proxies import Person

pytestmark = pytest.mark.live

CLIENTS, EACH = 8, 15
KEPT = """
    SELECT (SELECT count(*) FROM pgbench_history), (SELECT sum(abalance) FROM pgbench_accounts)
    = (SELECT sum(delta) FROM pgbench_history), (SELECT sum(bbalance) FROM pgbench_branches)
    = (SELECT sum(delta) FROM pgbench_history)
"""


def pgbench(person: Person, *arguments: str, proxied: bool) -> subprocess.CompletedProcess[str]:
    """Run pgbench to its end."""
    binaries = servers.embedded_binaries()
    assert binaries is not None
    return subprocess.run(
        [str(binaries / "pgbench"), *arguments, "-n", person.dsn(proxied=proxied)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("script", ["tpcb-like", "select-only"])
@pytest.mark.parametrize("protocol", ["simple", "extended", "prepared"])
def test_pgbench_loses_nothing(person: Person, protocol: str, script: str) -> None:
    person.clean()
    pgbench(person, "-i", "-q", proxied=False)
    load = ["-c", str(CLIENTS), "-t", str(EACH), "-M", protocol, "-b", script]
    run = pgbench(person, *load, proxied=True)
    assert run.returncode == 0, run.stderr
    total = CLIENTS * EACH
    assert f"number of transactions actually processed: {total}/{total}" in run.stdout
    assert "number of failed transactions: 0 " in run.stdout
    with person.connect(proxied=False) as session:
        kept = session.execute(KEPT).fetchone()
    assert kept == ((total, True, True) if script == "tpcb-like" else (0, None, None))


def test_pgbench_fills_its_tables_unless_they_are_capped(person: Person) -> None:
    person.clean()
    run = pgbench(person, "-i", "-I", "dtgvp", "-q", proxied=True)
    demo = person.site.value("SELECT count(*) FROM pgtoll.document") == 0
    assert (run.returncode == 0) is not demo, run.stderr
    assert ('table "pgbench_accounts" of product "base" is full' in run.stderr) is demo
