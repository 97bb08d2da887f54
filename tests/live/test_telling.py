"""What /metrics and its kind say of a running program, of one worker and of two."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from programs import linux, page, unreachable
from proxies import Proxy, Site, eventually, running_proxy
from servers import free_port

pytestmark = [pytest.mark.live, linux]

SOON = 10.0


@pytest.fixture(params=[1, 2])
def watched(request: pytest.FixtureRequest, licensed_site: Site) -> Iterator[tuple[Proxy, str]]:
    """A proxy, and where its figures are."""
    at = f"127.0.0.1:{free_port()}"
    site, options = licensed_site, ("--metrics", at)
    with running_proxy(site.database, site.trust, workers=request.param, options=options) as proxy:
        yield proxy, f"http://{at}"


def figures(url: str) -> dict[str, float]:
    status, text = page(f"{url}/metrics")
    assert status == 200
    found = re.findall(r"^(pgtoll_\S.*) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_figures_of_all_workers_are_one_page(
    licensed_site: Site, watched: tuple[Proxy, str]
) -> None:
    site, (proxy, url) = licensed_site, watched
    site.run("CREATE TABLE IF NOT EXISTS MrktFigures (n int); GRANT ALL ON MrktFigures TO PUBLIC")
    before = figures(url)
    sessions = [proxy.connect(site.bob) for _ in range(8)]
    for session in sessions:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT * FROM MrktFigures")
    with proxy.connect(site.alice, autocommit=False) as open_one:
        open_one.execute("SELECT repeat('x', 100000)")
        now = figures(url)
        assert now['pgtoll_sessions{state="idle"}'] == 8
        assert now['pgtoll_sessions{state="idle in transaction"}'] == 1
    assert (
        now["pgtoll_connections_accepted_total"] - before["pgtoll_connections_accepted_total"] == 9
    )
    assert now['pgtoll_refusals_total{kind="refused",product="marketing"}'] == 8
    assert now['pgtoll_verdicts_total{kind="refuse",product="marketing"}'] >= 8
    assert now['pgtoll_received_bytes_total{from="servers"}'] > 100_000
    assert now["pgtoll_parse_seconds_count"] >= 1
    hits = sum(now[f'pgtoll_facts_cache_total{{outcome="{one}"}}'] for one in ("exact", "shape"))
    assert hits >= 6
    assert now["pgtoll_workers"] == now["pgtoll_store_connected"] == now["pgtoll_workers_wanted"]
    left = [value for name, value in now.items() if "license_days_left" in name]
    assert len(left) == 2
    assert all(0 < days < 400 for days in left)
    for session in sessions:
        session.close()
    assert eventually(lambda: figures(url).get('pgtoll_sessions{state="idle"}', 0) == 0)


def test_readiness_is_that_of_the_store(licensed_site: Site, watched: tuple[Proxy, str]) -> None:
    _, url = watched
    assert page(f"{url}/healthz") == (200, "ok\n")
    assert page(f"{url}/readyz") == (200, "ok\n")
    with unreachable(licensed_site.database):
        assert eventually(lambda: page(f"{url}/readyz")[0] == 503, within=SOON)
        assert "store is not connected: it has confirmed nothing for" in page(f"{url}/readyz")[1]
        assert page(f"{url}/healthz")[0] == 200
    assert eventually(lambda: page(f"{url}/readyz")[0] == 200, within=2 * SOON)


def test_a_program_that_drains_is_not_ready(
    licensed_site: Site, watched: tuple[Proxy, str]
) -> None:
    proxy, url = watched
    with proxy.connect(licensed_site.alice, autocommit=False) as session:
        session.execute("SELECT 1")
        proxy.process.terminate()
        assert eventually(lambda: page(f"{url}/readyz")[0] == 503, within=SOON)
        assert page(f"{url}/healthz")[0] == 200
        session.commit()
    assert proxy.process.wait(timeout=SOON) == 0
