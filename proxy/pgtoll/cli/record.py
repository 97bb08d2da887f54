"""`pgtoll record`: write down what all proxies see, to decide it again under other licenses."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import ConfigOption, ServerOption, StoreOption
from pgtoll.errors import ConfigError

if TYPE_CHECKING:
    from pgtoll.office.recording import Recorded

KEEP_DAYS = 30
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+)\s*([smhd]?)")


def record(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The file to write; a new one.")
    ],
    for_: Annotated[
        str,
        typer.Option(
            "--for", metavar="TIME", help="How long: 90s, 30m, 1h, 2d. Without it, until Ctrl-C."
        ),
    ] = "",
    keep: Annotated[
        int,
        typer.Option(
            "--keep",
            metavar="DAYS",
            min=0,
            max=3650,
            help="How long the console goes by this recording; 0: it does not.",
        ),
    ] = KEEP_DAYS,
    server: ServerOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Record what is sent through all proxies: shapes of statements, users, tables, verdicts.

    No constant of any statement is recorded. Ctrl-C ends it and writes what there is.

    pgtoll record --server postgresql://admin@db/shop --for 1h --out monday.recording
    """
    # The driver loads here: it takes longer than the help that other calls want.
    from pgtoll.cli.recording import run, tell
    from pgtoll.config import load_config

    seconds = duration(for_)
    settings = load_config({"server": server, "store": store}, file=config, needs=("server",))
    recorded: Recorded = run(settings.store.dsn, out, seconds=seconds, keep_days=keep)
    tell(recorded, out, keep)


def duration(text: str) -> float | None:
    """Return how many seconds are meant, None for no end. Raises ConfigError."""
    if not text:
        return None
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or not int(found[1]) or len(found[1]) > 9:
        raise ConfigError(f"--for {text}: not a time; write 90s, 30m, 1h or 2d")
    return float(int(found[1]) * _SECONDS[found[2]])
