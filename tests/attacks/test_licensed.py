"""What the runner sees is real: attacks of somebody who has every license work through pgtoll.

A user who lacks nothing is never refused anything, so each attack but those on pgtoll itself must
succeed; an attack that fails here was never kept out by its verdict.
"""

from pathlib import Path

import pytest
from attacks.playing import read_attack, run
from attacks.script import Attack, Wants, files, name_of
from attacks.site import AttackSite
from attacks.test_attacks import ALL

pytestmark = [pytest.mark.live, pytest.mark.timeout(60)]

EACH = 1 if ALL else 24  # of so many attacks, one
# By roles of their own, which have no seat of anything.
OF_OTHERS = {"protocol/replication_slot_of_a_publication"}
# Nobody may say that they are somebody else, whatever they have.
UNLICENSED = OF_OTHERS | {"protocol/startup_as_another_user_of_ours"}
ATTACKS = [path for path in files() if path.parent.name not in ("honest", "tampering")][::EACH]


def on_newest(attack: Attack) -> bool:
    licensed = attack.name not in UNLICENSED
    return licensed and 18 in attack.versions and attack.wants is not Wants.TAMPER


@pytest.mark.parametrize("path", ATTACKS, ids=name_of)
@pytest.mark.xdist_group("attacks-licensed")
def test_attack_of_somebody_licensed_works(path: Path, licensed_attack_site: AttackSite) -> None:
    attack = read_attack(path)
    if not on_newest(attack):
        pytest.skip("not on this version, or not kept out by a license of mallory's")
    site = licensed_attack_site
    try:
        assert run(attack, site.behind, site.enforcing)
    finally:
        site.restore()
