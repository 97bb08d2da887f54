"""What of the settings decides over the picture that is in force."""

from dataclasses import replace

from license_samples import KEY, PUBLIC_KEY, REVOCATION

from pgtoll.config import Config, Enforcement, Identity, Server, Trust, Unread
from pgtoll.engine.ways import BEST, Watch, Ways
from pgtoll.upkeep.grounds import Grounds
from pgtoll_policy.issue import generate_key, sign

CONFIG = Config(server=Server("dbname=x"), trust=Trust((generate_key()[1],)))


def test_what_decides_is_taken_from_its_place() -> None:
    file = sign(REVOCATION, KEY)
    grounds = Grounds.of(
        replace(
            CONFIG,
            trust=replace(CONFIG.trust, revocations=(file,)),
            customer="acme",
            identity=Identity(("app",)),
            enforcement=Enforcement(trusted_functions=("public.f",), unread=Unread.REFUSE),
        ),
        BEST,
    )
    assert grounds.revocations == (file,)
    assert PUBLIC_KEY.key_id not in grounds.keys
    assert len(grounds.keys) == 1
    assert (grounds.customer, grounds.impersonators) == ("acme", ("app",))
    assert (grounds.trusted, grounds.strict) == (("public.f",), True)


def test_by_default_code_that_is_not_read_may_run() -> None:
    assert not Grounds.of(CONFIG, BEST).strict


def test_unless_the_server_does_not_show_all_that_it_does() -> None:
    assert Grounds.of(CONFIG, Ways(watch=Watch.ACCOUNT)).strict
