"""The program around its commands: every failure is one line on standard error and a status.

Status 0 is success; 1, the demo's story went differently; 2, the call, a file, a key, a name or a
setting is wrong; 3, refused.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from pgtoll.cli.output import complain

CUT_SHORT = 1  # whoever read our output is gone
WRONG = 2
REFUSED = 3
INTERRUPTED = 130  # as shells report a program that Ctrl-C ended


class Program(TyperGroup):
    """The root of the commands. With no arguments it shows what they are."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        arguments = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(
                arguments or ["--help"],
                prog_name or "pgtoll",
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
            sys.stdout.flush()
        except BrokenPipeError:
            _give_up_output()
            status = CUT_SHORT
        except Exception as error:
            status = _report(error)
        raise SystemExit(status or 0)


def _report(error: Exception) -> int:
    """Print what went wrong and return the status; a bug of ours goes on as it is."""
    match error:
        case typer.Abort():
            return INTERRUPTED
        case typer.TyperException():
            complain(_usage(error))
            return WRONG
        case OSError():
            complain(_system(error))
            return WRONG
    status = _status(error)
    if status is None:
        raise error
    complain(str(error))
    return status


def _status(error: Exception) -> int | None:
    # Loaded here: these take longer than the help that most calls want.
    import psycopg

    from pgtoll.errors import PgtollError
    from pgtoll_policy.errors import LicenseError

    match error:
        case LicenseError() | psycopg.errors.InsufficientPrivilege():
            return REFUSED
        case PgtollError() | psycopg.Error():
            return WRONG
    return None


def _usage(error: typer.TyperException) -> str:
    """Return what is wrong with the call, and where to read how it is meant."""
    text = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "pgtoll"
    return f"{text[:1].lower()}{text[1:]} (see {command} --help)"


def _system(error: OSError) -> str:
    name = f" {error.filename}" if error.filename else ""
    return f"cannot use{name}: {(error.strerror or str(error)).lower()}"


def _give_up_output() -> None:
    """Send what is still to be printed nowhere: Python's own flush at exit would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
