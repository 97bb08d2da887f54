"""Runs one attack, whichever kind of file it is, and returns what the attacker got."""

import importlib.util
from pathlib import Path
from types import ModuleType

from attacks.script import MARKER, NEWEST, OLDEST, Attack, BadFile, Wants, name_of, read_script
from attacks.stage import Stage
from attacks.talking import Heard, Server, bytes_for, talk
from proxies import Proxy


def read_attack(path: Path) -> Attack:
    """Read an attack of either kind; raise BadFile if it is none."""
    return read_script(path) if path.suffix == ".sql" else _read_module(path)


def run(attack: Attack, stage: Stage, proxy: Proxy | None = None) -> bool:
    """Prepare and run an attack; return whether it worked."""
    got = play(attack, ready(attack, stage, proxy))
    stage.empty_of_people()
    return stage.worked(attack, got)


def ready(attack: Attack, stage: Stage, proxy: Proxy | None = None) -> Server:
    """Return where the attack goes, when all is there that it starts from."""
    if attack.setup:
        stage.prepare(attack.setup)
    if proxy is not None:
        stage.settle(proxy)
    return stage.server(proxy)


def play(attack: Attack, server: Server) -> bytes:
    """Run an attack and return everything that the attacker's sessions got."""
    if attack.path.suffix == ".sql":
        return bytes_for(talk(server, attack.steps), "mallory")
    got = _load(attack.path).attack(server)
    if not isinstance(got, bytes):
        raise BadFile(f"{attack.path.name}: attack() returns the bytes that it got")
    return got


def converse(attack: Attack, server: Server) -> list[Heard]:
    """Run an honest file and return what was answered to each step."""
    return talk(server, attack.steps)


def _read_module(path: Path) -> Attack:
    """A Python file says in constants what an SQL file says in its head."""
    module = _load(path)
    words = {name: str(getattr(module, name, "")) for name in ("PROOF", "SETUP", "KNOWN")}
    if not module.__doc__:
        raise BadFile(f"{path.name}: a docstring first, which says what the attack does")
    return Attack(
        name=name_of(path),
        path=path,
        summary=module.__doc__.splitlines()[0],
        wants=Wants(module.WANTS),
        proof=words["PROOF"],
        shows=str(getattr(module, "SHOWS", MARKER)),
        setup=words["SETUP"],
        known=words["KNOWN"],
        versions=range(
            int(getattr(module, "SINCE", OLDEST)), int(getattr(module, "UNTIL", NEWEST)) + 1
        ),
    )


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"attacks.protocol.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
