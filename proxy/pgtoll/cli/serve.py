"""`pgtoll serve`: run the proxy."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pgtoll.cli.options import with_settings
from pgtoll.loading import lasting

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from pgtoll.config import Config


@with_settings
def serve(*, config: Path | None, **options: Any) -> None:
    """Run the proxy until it is told to stop."""
    # The server's modules load here: the other commands do not need them.
    with lasting():
        from pgtoll.config import load_config
        from pgtoll.program.head import Plan, run

    def load() -> "Config":
        return load_config(options, file=config, needs=("server", "trust"))

    settings = load()
    raise typer.Exit(run(Plan(settings, load, _console if settings.console.listen else None)))


def _console(config: "Config", sock: "socket", ready: "Callable[[], None]") -> int:
    """Serve the console: its modules load in its own process alone."""
    from pgtoll.console.serving import serve_console

    return serve_console(config, sock, ready)
