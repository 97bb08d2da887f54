"""`pgtoll doctor`: whether PostgreSQL can be reached around the proxy, and what to do about it."""

from typing import Annotated

import typer

from pgtoll.cli.options import ConfigOption, JsonOption, ServerOption, TrustOption
from pgtoll.cli.program import REFUSED


def doctor(
    server: ServerOption = None,
    listen: Annotated[
        list[str] | None,
        typer.Option(
            "--listen",
            metavar="HOST:PORT",
            help="Where the proxy listens; without it, it is taken to be on this machine.",
        ),
    ] = None,
    trust: TrustOption = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Say what lets somebody around pgtoll, and the line that fixes it. Exits with 3 if any."""
    # The driver loads here: it takes longer than the help that other calls want.
    import asyncio

    from pgtoll.cli.diagnosis import print_report, print_report_as_json
    from pgtoll.clock import system_time
    from pgtoll.config import Demand, load_config
    from pgtoll.doctor.examination import Patient, examine

    options = {"server": server, "listen": listen, "trust": trust}
    settings = load_config(options, file=config, needs=("server",))
    patient = Patient(
        dsn=settings.server.dsn,
        now=system_time(),
        proxies=settings.listen if listen else (),
        keys=settings.trust.keys() or None,
        login=settings.login,
        encrypts=settings.tls.clients is not Demand.OFF,
    )
    report = asyncio.run(examine(patient))
    if json_:
        print_report_as_json(report)
    else:
        print_report(report)
    raise typer.Exit(0 if report.sound else REFUSED)
