"""`pgtoll import`: bring what a file holds into the store, as far as that is newer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustOption,
)

# Each command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from pgtoll.backup.contents import Contents
    from pgtoll.backup.restoring import How, Outcome
    from pgtoll.config import Config


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What pgtoll export has written.")],
    newer: Annotated[
        bool,
        typer.Option("--newer", help="Take what is newer in the file, keep what is newer here."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    skip_untrusted: Annotated[
        bool,
        typer.Option("--skip-untrusted", help="Leave out documents that no trusted key signed."),
    ] = False,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    store: StoreOption = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring an export into the store: pgtoll import pgtoll.export

    All of it in one transaction, or nothing. Every document is verified. What is newer in the
    store is never taken back: then the file is refused, or with --newer left out in that part.
    """
    from pgtoll.config import load_config

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))
    from pgtoll.backup.restoring import How

    how = How(newer=newer, dry=dry_run, untrusted=skip_untrusted)
    contents, outcome = _import(settings, file, how)
    from pgtoll.cli.outcome_list import print_outcome, print_outcome_as_json

    if json_:
        print_outcome_as_json(outcome, how)
    else:
        print_outcome(outcome, contents, how, settings.customer)


def _import(settings: "Config", file: Path, how: "How") -> "tuple[Contents, Outcome]":
    import asyncio

    from pgtoll.backup.restoring import Target, import_contents
    from pgtoll.cli.telling import teller
    from pgtoll.clock import system_time
    from pgtoll.store.revoked import beside
    from pgtoll_policy.errors import LicenseError

    trust = settings.trust
    target = Target(
        settings.store.dsn, settings.server.dsn, trust.keys(), settings.customer, beside(trust)
    )
    contents, digest = read_export(file)
    try:
        with teller() as tell:
            importing = import_contents(target, contents, digest, how, system_time(), tell)
            return contents, asyncio.run(importing)
    except LicenseError as exc:
        raise type(exc)(f"{file}: {exc}") from exc


def read_export(file: Path) -> "tuple[Contents, str]":
    """Return what a file holds, and its SHA-256. Raises BadDocument, ConfigError."""
    import hashlib
    import io

    from pgtoll.backup.form import MOST_BYTES, read_contents
    from pgtoll.config import read_limited
    from pgtoll_policy.errors import BadDocument

    data = read_limited(file, MOST_BYTES)
    try:
        return read_contents(io.BytesIO(data)), hashlib.sha256(data).hexdigest()
    except BadDocument as exc:
        raise BadDocument(f"{file}: {exc}") from exc
