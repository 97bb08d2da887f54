"""`pgtoll demo`: PostgreSQL, sample data and the proxy, to look at or to watch a story played.

Everything lives in a temporary directory and in processes of its own; both are gone at the end,
also after Ctrl-C or SIGTERM.
"""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pgtoll.cli.demo_stage import Stage

HOST = "127.0.0.1"
DIFFERENT = 1  # the status when the story went differently
REMOVALS = 50  # attempts, a tenth of a second apart
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Play the story, print it, and end.")
    ] = False,
    port: Annotated[
        int, typer.Option(metavar="PORT", help="The proxy's port; 0 takes any that is free.")
    ] = 6432,
    console: Annotated[
        int, typer.Option(metavar="PORT", help="The License manager's; 0 takes any that is free.")
    ] = 8432,
) -> None:
    """Show pgtoll at work on a PostgreSQL of its own; needs no other server and leaves nothing."""
    # What runs servers and connects to them is not loaded for `pgtoll --help`.
    from pgtoll.cli.demo_proxy import check_port
    from pgtoll.cli.demo_report import print_story, print_welcome

    check_port(HOST, port)
    if not once:
        check_port(HOST, console, "--console")
    _forget_settings()
    with _ending_in_order(), _stage(port, None if once else console) as stage:
        if once:
            as_expected = print_story(stage)
            raise typer.Exit(0 if as_expected else DIFFERENT)
        print_welcome(stage)
        _wait(stage)


def _forget_settings() -> None:
    """Let no setting of the caller's reach the demo's own servers: libpq's variables, and ours."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Turn the first signal to end into an exception; ignore more while that is cleaned up."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        for each in ENDINGS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, end) for each in ENDINGS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _stage(port: int, console: int | None) -> Iterator["Stage"]:
    """Start everything, saying what takes its time; end it in the opposite order."""
    from rich.console import Console

    from pgtoll.cli.demo_database import embedded_database
    from pgtoll.cli.demo_proxy import running_proxy
    from pgtoll.cli.demo_stage import INSTALLATION, PAPERS, Stage, command, new_manager

    status = Console(stderr=True).status("starting PostgreSQL")
    with ExitStack() as stack, status:
        directory = stack.enter_context(_directory())
        server = stack.enter_context(embedded_database(directory))
        stack.enter_context(_papers(directory, server))
        status.update("signing the product, installing schema pgtoll")
        for line in (*PAPERS, *INSTALLATION):
            command(line)
        status.update("starting the proxy")
        manager = new_manager(server)
        proxy = stack.enter_context(running_proxy(HOST, port, directory, console))
        status.stop()
        yield Stage(Path.cwd(), server, proxy, manager)


@contextmanager
def _directory() -> Iterator[Path]:
    directory = Path(mkdtemp(prefix="pgtoll-demo-"))
    directory.chmod(0o711)  # PostgreSQL may run under another account
    try:
        yield directory
    finally:
        _remove(directory)


def _remove(directory: Path) -> None:
    """Delete a directory that a process on its way out may still be writing to."""
    for _ in range(REMOVALS):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(0.1)


@contextmanager
def _papers(directory: Path, server: str) -> Iterator[None]:
    """Work where the vendor's files are, with the settings that all commands then find."""
    papers = directory / "papers"
    papers.mkdir(mode=0o700)
    settings = {"PGTOLL_SERVER": server, "PGTOLL_TRUST": str(papers / "vendor.pub")}
    os.environ.update(settings)
    try:
        with chdir(papers):
            yield
    finally:
        for name in settings:
            del os.environ[name]


def _wait(stage: "Stage") -> None:
    """Stay until told to stop. Raises ServerUnavailable when the proxy ends by itself."""
    from pgtoll.cli.output import say
    from pgtoll.errors import ServerUnavailable

    try:
        status = stage.proxy.process.wait()
    except KeyboardInterrupt:
        say("stopped, and everything removed")
    else:
        raise ServerUnavailable(f"the proxy ended by itself, with status {status}")
