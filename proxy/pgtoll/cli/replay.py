"""`pgtoll replay`: decide a recording again by other licenses and seats, to see who loses what."""

from pathlib import Path
from typing import Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustedFunctionsOption,
    TrustOption,
    UnreadOption,
)
from pgtoll.cli.program import REFUSED

_SEATS = "CODE=USER"


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="More files, as of --with.")
    ] = None,
    with_: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="FILES", help="Signed files, as if they were uploaded."),
    ] = None,
    grant: Annotated[
        list[str] | None,
        typer.Option("--grant", metavar=_SEATS, help="As if this user had a seat."),
    ] = None,
    recall: Annotated[
        list[str] | None,
        typer.Option("--recall", metavar=_SEATS, help="As if this user had none any more."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="CODE", help="As if its licenses were deleted."),
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="DATE", help="On that day: 2027-01-31.")] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Users shown of each kind of change.")
    ] = 20,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    trusted_functions: TrustedFunctionsOption = None,
    unread: UnreadOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Say who would gain and lose what, by a recording; nothing is run and nothing is changed.

    Exits with 3 when somebody loses something, or may.

    pgtoll replay monday.recording --recall marketing=bob --server DSN --trust vendor.pub
    """
    # The parsers and the driver load here: the help needs neither.
    from pgtoll.cli.replay_report import print_rehearsal, print_rehearsal_as_json
    from pgtoll.cli.replaying import Asked, run
    from pgtoll.config import load_config

    options = {
        "server": server,
        "trust": trust,
        "customer": customer,
        "trusted_functions": trusted_functions,
        "unread": unread,
        "store": store,
    }
    settings = load_config(options, file=config, needs=("server", "trust"))
    files = (*(with_ or ()), *(more or ()))
    asked = Asked(file, files, tuple(without or ()), tuple(recall or ()), tuple(grant or ()), at)
    done = run(settings, asked)
    if json_:
        print_rehearsal_as_json(done)
    else:
        print_rehearsal(done, limit)
    raise typer.Exit(REFUSED if done.rehearsal.worse else 0)
