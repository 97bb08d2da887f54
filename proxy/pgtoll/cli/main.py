"""The command `pgtoll`: its groups of commands, put together."""

import io
import sys
from typing import Annotated

import typer

from pgtoll.cli import (
    check,
    components,
    demo,
    doctor,
    export,
    importing,
    initialize,
    inspection,
    license,
    lint,
    operation,
    record,
    replay,
    report,
    seats,
    serve,
    store,
    vendor,
)
from pgtoll.cli.output import say
from pgtoll.cli.program import Program
from pgtoll.compiled import build

app = typer.Typer(
    name="pgtoll",
    cls=Program,
    help="A PostgreSQL proxy that enforces software licensing.",
    pretty_exceptions_enable=False,  # they would print the values of variables: keys, passwords
)
app.command("demo")(demo.demo)
app.command("init")(initialize.init)
app.command("serve")(serve.serve)
app.add_typer(license.app, name="license")
app.add_typer(seats.app, name="seats")
app.add_typer(store.app, name="store")
app.add_typer(operation.app, name="operation")
app.add_typer(components.app, name="components")
app.command("check")(check.check)
app.command("record")(record.record)
app.command("replay")(replay.replay)
app.command("doctor")(doctor.doctor)
app.command("lint")(lint.lint)
app.command("report")(report.report)
app.add_typer(vendor.app, name="vendor")
app.command("inspect")(inspection.inspect)
app.command("export")(export.export)
app.command("import")(importing.import_)


def _version(wanted: bool) -> None:
    if wanted:
        # A twentieth of a second, which only this option needs.
        from importlib.metadata import version

        say(f"pgtoll {version('pgtoll')} ({build()})")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Show the version, and whether it runs compiled.",
        ),
    ] = False,
) -> None:
    """A PostgreSQL proxy that enforces software licensing."""


def main() -> None:
    """Run the command line; a character that the terminal has not is shown as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()
