"""What the demo prints: the story as it is played, or how to look around."""

import shlex
import shutil
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from pgtoll.cli.demo_database import DATABASE, USERS, embedded_programs
from pgtoll.cli.demo_stage import Stage, command
from pgtoll.cli.demo_story import STORY, Played, Refusal, play
from pgtoll.cli.output import printable, terminal

SUPPOSED = {None: "it works", "42501": "refused: no license", "53400": "refused: demo mode"}


def print_story(stage: Stage) -> bool:
    """Play the story, printing each scene when it is over; return whether all went as expected."""
    console = terminal()
    console.print(Text(f"pgtoll at {stage.proxy.host}:{stage.proxy.port}, a small CRM behind it\n"))
    with stage.sessions() as sessions:
        scenes = enumerate(play(STORY, sessions, command), start=1)
        played = [_printed(console, number, scene) for number, scene in scenes]
    good = sum(each.as_expected for each in played)
    style = "bold green" if good == len(played) else "bold red"
    console.print(Text(f"{good} of {len(played)} steps went as expected", style))
    return good == len(played)


def _printed(console: Console, number: int, played: Played) -> Played:
    for line in scene_lines(number, played):
        console.print(line)
    return played


def scene_lines(number: int, played: Played) -> Iterable[Text]:
    scene, outcome = played.scene, played.outcome
    mark, style = ("✓", "green") if played.as_expected else ("✗", "bold red")
    yield Text.assemble((f"{mark} {number:2}  ", style), (scene.title, "bold"))
    for line in scene.commands:
        yield Text(f"       $ pgtoll {line}", "cyan")
    yield Text(f"       {scene.user}=> {scene.sql}")
    if outcome.error:
        for line in outcome.error.splitlines():
            yield Text(f"       {printable(line)}", "yellow")
    yield Text(f"       expected: {_expected(scene.refusal)}; {_happened(played)}\n", "dim")


def _expected(refusal: Refusal | None) -> str:
    return SUPPOSED[refusal.sqlstate if refusal else None]


def _happened(played: Played) -> str:
    outcome = played.outcome
    rows = f"{outcome.rows} row{'s' * (outcome.rows != 1)}"
    happened = f"SQLSTATE {outcome.sqlstate}" if outcome.error else rows
    if not played.scene.commands:
        return f"happened: {happened}"
    return f"happened: {happened}, in force after {played.seconds * 1000:.0f} ms"


def print_welcome(stage: Stage) -> None:
    """Print what to paste into another terminal."""
    psql = shutil.which("psql") or str(embedded_programs() / "psql")
    where = f"-h {stage.proxy.host} -p {stage.proxy.port}"
    lines = [
        "pgtoll is running, in front of a PostgreSQL with a small CRM. Nothing is licensed yet.",
        "Look at it as one of its users, in another terminal:",
        "",
        *(f"  {shlex.quote(psql)} {where} -U {user} {DATABASE}" for user in USERS),
        "",
        "  select * from MrktInvoice;",
        "",
        "License it as its administrator, in a browser, with the vendor's files:",
        "",
        f"  {stage.proxy.console}",
        f"  name {stage.manager.name}, password {stage.manager.password}",
        f"  {stage.directory}",
        "",
        "or in a terminal:",
        "",
        f"  cd {shlex.quote(str(stage.directory))}",
        f"  export PGTOLL_TRUST=vendor.pub PGTOLL_SERVER={shlex.quote(stage.server)}",
        "  pgtoll license upload base.lic",
        "  pgtoll license upload marketing.lic",
        "  pgtoll seats grant marketing alice",
        '  pgtoll check "select * from MrktInvoice" --user bob',
        "",
        "Ctrl-C ends it and removes the data.",
    ]
    for line in lines:
        terminal().print(Text(line), soft_wrap=True)
