"""`pgtoll serve`: run the proxy."""

from typing import Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    ImpersonatorsOption,
    ServerOption,
    StoreOption,
    TrustedFunctionsOption,
    TrustOption,
)


def _modes() -> list[str]:
    return ["enforce", "observe"]


def serve(
    server: ServerOption = None,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Where clients connect.")
    ] = None,
    trust: TrustOption = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes that share the port.")
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            metavar="enforce|observe", autocompletion=_modes, help="Refuse, or only record."
        ),
    ] = None,
    customer: CustomerOption = None,
    impersonators: ImpersonatorsOption = None,
    strict_parsers: Annotated[
        bool | None,
        typer.Option("--strict-parsers", help="Refuse what only PostgreSQL's grammar can read."),
    ] = None,
    trusted_functions: TrustedFunctionsOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Run the proxy until it is told to stop."""
    # The server's modules load here: the other commands do not need them.
    from pgtoll.config import load_config
    from pgtoll.workers import run

    options = {
        "server": server,
        "listen": listen,
        "trust": trust,
        "workers": workers,
        "mode": mode,
        "customer": customer,
        "impersonators": impersonators,
        "strict_parsers": strict_parsers,
        "trusted_functions": trusted_functions,
        "store": store,
    }
    raise typer.Exit(run(load_config(options, file=config, needs=("server", "trust"))))
