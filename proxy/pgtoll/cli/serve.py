"""`pgtoll serve`: run the proxy."""

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from pgtoll.config import Config


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
    console: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where browsers reach the License manager."),
    ] = None,
    console_hosts: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name that browsers may use for it."),
    ] = None,
    console_forwarders: Annotated[
        list[str] | None,
        typer.Option(metavar="NET", help="A proxy in front of it, whose X-Forwarded-* count."),
    ] = None,
    operation_tokens: Annotated[
        list[str] | None,
        typer.Option(metavar="TOKEN", help="A front end's, which asks about operations."),
    ] = None,
    cors_origins: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Whose pages in browsers may ask so."),
    ] = None,
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
        "console": console,
        "console_hosts": console_hosts,
        "console_forwarders": console_forwarders,
        "operation_tokens": operation_tokens,
        "cors_origins": cors_origins,
        "strict_parsers": strict_parsers,
        "trusted_functions": trusted_functions,
        "store": store,
    }
    settings = load_config(options, file=config, needs=("server", "trust"))
    raise typer.Exit(run(settings, _console if settings.console.listen else None))


def _console(config: "Config", sock: "socket", ready: "Callable[[], None]") -> int:
    """Serve the console: its modules load in its own process alone."""
    from pgtoll.console.serving import serve_console

    return serve_console(config, sock, ready)
