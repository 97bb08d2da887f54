"""Every attack works on PostgreSQL itself and fails through pgtoll; every honest client is served.

PGTOLL_ATTACKS says how much is tried. Without it, all files on the newest server; `some` (as
`make test` sets it) a fixed tenth of them; `all` (`make attacks`) adds the oldest server and
observe mode.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from attacks.playing import converse, read_attack, ready, run
from attacks.script import Attack, files, name_of
from attacks.site import AttackSite
from attacks.talking import outcome
from proxies import eventually

pytestmark = pytest.mark.live

EXTENT = os.environ.get("PGTOLL_ATTACKS", "")
ALL = EXTENT == "all"
EACH = 10 if EXTENT == "some" else 1  # of so many files, one; by its name, not its place
MAJORS = (18, 15) if ALL else (18,)

WRITTEN_SECONDS = 1.2
RECORDED_SECONDS = 10.0  # refusals are written every second, by a proxy that has other work too


def chosen() -> list[Path]:
    """Return the files that are tried."""
    return [path for path in files() if number_of(path) % EACH == 0]


def number_of(path: Path) -> int:
    """A number that says nothing about a file but which it is."""
    return crc32(name_of(path).encode())


def cases() -> Iterator[object]:
    """Yield each attack on each server, in groups that have servers of their own: two a version."""
    for major in MAJORS:
        for path in chosen():
            yield pytest.param(
                major,
                path,
                id=f"{major}-{name_of(path)}",
                marks=pytest.mark.xdist_group(f"attacks-{major}-{number_of(path) // EACH % 2}"),
            )


@pytest.fixture
def attack(request: pytest.FixtureRequest, major: int) -> Attack:
    """The attack that a file holds, if there is such a thing on this server."""
    found = read_attack(request.param)
    if major not in found.versions:
        pytest.skip("not on this version")
    if found.known and found.honest:
        request.applymarker(pytest.mark.xfail(reason=found.known, strict=True))
    return found


@pytest.fixture(autouse=True)
def put_back(attack_site: AttackSite) -> Iterator[None]:
    """Leave the databases as they were found."""
    yield
    attack_site.restore()


@pytest.mark.parametrize(("major", "attack"), list(cases()), indirect=["attack"])
def test_attack(attack: Attack, attack_site: AttackSite) -> None:
    site = attack_site
    if attack.honest:
        serves(attack, site)
        return
    if not run(attack, site.direct):
        pytest.fail(f"does not work on PostgreSQL {site.major} itself")
    site.direct.restore()  # what belongs to the whole server may be made only once
    if attack.unread:
        assert run(attack, site.behind, site.enforcing), "fails where code runs watched as well"
        site.behind.restore()
    worked = run(attack, site.behind, site.proxy_for(attack))
    if attack.known:
        assert worked, "fails through pgtoll: it is known no more"
        pytest.xfail(attack.known)
    assert not worked, "works through pgtoll"
    if ALL:
        observed(attack, site)


def observed(attack: Attack, site: AttackSite) -> None:
    """Where pgtoll only observes the attack works, and is written down."""
    site.behind.restore()
    since = site.behind.now()
    assert run(attack, site.behind, site.observing), "refused in observe mode"
    within = 0 if attack.unobserved else RECORDED_SECONDS
    recorded = eventually(lambda: bool(site.behind.refusals(since)), within=within)
    assert recorded or attack.unobserved, "not recorded in observe mode"


def serves(attack: Attack, site: AttackSite) -> None:
    """An honest client gets the same answers, leaves the same rows, and is not refused."""
    since = site.behind.now()
    direct = outcome(converse(attack, ready(attack, site.direct)))
    left = site.direct.counts()
    site.direct.restore()
    proxied = outcome(converse(attack, ready(attack, site.behind, site.proxy_for(attack))))
    assert proxied == direct
    assert site.behind.counts() == left
    assert site.behind.refusals(since) == []
    if ALL:
        unrecorded(attack, site, direct)


def unrecorded(attack: Attack, site: AttackSite, direct: object) -> None:
    """Where pgtoll only observes, an honest client is served too, and nothing is written down."""
    site.behind.restore()
    since = site.behind.now()
    assert outcome(converse(attack, ready(attack, site.behind, site.observing))) == direct
    time.sleep(WRITTEN_SECONDS)
    assert site.behind.refusals(since) == []
