"""`pgtoll report`: one page for who pays, of seats, licenses, refusals and growth over time."""

from pathlib import Path
from typing import Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustOption,
)
from pgtoll.cli.output import say

MOST_DAYS = 730  # what is kept


def report(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the HTML page goes.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, metavar="N", help="The period: the last N days.")
    ] = 90,
    idle_days: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_DAYS, metavar="N", help="A seat is idle when not used for N days."
        ),
    ] = 90,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there already.")
    ] = False,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Write one page about seats, licenses, refusals and growth over time.

    For example: pgtoll report --server "$PGTOLL_SERVER" --trust keys/ --out licenses.html
    """
    # The driver and the templates load here: other calls need neither.
    from rich.console import Console

    from pgtoll.cli.files import write_file
    from pgtoll.cli.output import print_json
    from pgtoll.cli.report_output import as_json
    from pgtoll.cli.storing import present, with_store
    from pgtoll.config import load_config
    from pgtoll.errors import ConfigError
    from pgtoll.report.figures import Figures
    from pgtoll.report.page import render
    from pgtoll.report.reading import read_figures
    from pgtoll.store.store import Store

    if out is None and not json_:
        raise ConfigError("report: say where the page goes, --out FILE, or give --json")
    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))

    async def work(store: Store) -> Figures:
        now = await present(store)
        return await read_figures(settings, now, days=days, idle_days=idle_days)

    with Console(stderr=True).status("reading the figures") as status:
        figures = with_store(settings, work)
        if out is not None:
            status.update("making the page")
            write_file(out, render(figures).encode(), force=force)
    if json_:
        print_json(as_json(figures))
    elif out is not None:
        say(f"report of {figures.since} to {figures.today} written: {out}")
