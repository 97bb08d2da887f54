"""`pgtoll export`: all that the store holds in one file, or the revocations alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import ConfigOption, JsonOption, ServerOption, StoreOption, TrustOption
from pgtoll.cli.output import say
from pgtoll.errors import ConfigError

# Each command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtoll.config import Config
    from pgtoll.store.archive import StoredDocument


def export(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write.")
    ] = None,
    revocations: Annotated[
        Path | None,
        typer.Option(
            "--revocations", metavar="DIR", help="Put the revocations into this directory instead."
        ),
    ] = None,
    refusals: Annotated[
        bool, typer.Option("--refusals", help="Also what was refused: it has SQL in it.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
    server: ServerOption = None,
    trust: TrustOption = None,
    store: StoreOption = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Write all that the store holds into a file: pgtoll export --out pgtoll.export

    With --revocations, put each revocation that a trusted key has signed into a directory: one
    that --trust names holds them, whatever becomes of the store.
    """
    from pgtoll.config import load_config

    if (out is None) == (revocations is None):
        raise ConfigError("export: give either --out FILE or --revocations DIR")
    options = {"server": server, "trust": trust, "store": store}
    needs = ("server", "trust") if revocations else ("server",)
    settings = load_config(options, file=config, needs=needs)
    if revocations is not None:
        _export_revocations(settings, revocations)
    elif out is not None:
        _export_all(settings, out, refusals=refusals, force=force, as_json=json_)


def _export_all(
    settings: "Config", out: Path, *, refusals: bool, force: bool, as_json: bool
) -> None:
    import asyncio
    import hashlib

    from pgtoll.backup.collecting import export_store
    from pgtoll.backup.form import render
    from pgtoll.cli.contents_list import counted, print_summary_as_json
    from pgtoll.cli.files import write_file
    from pgtoll.cli.telling import teller
    from pgtoll.clock import system_time

    with teller() as tell:
        contents = asyncio.run(
            export_store(
                settings.store.dsn, settings.server.dsn, system_time(), refusals=refusals, tell=tell
            )
        )
        data = render(contents)
    write_file(out, data, mode=0o600, force=force)
    if as_json:
        print_summary_as_json(contents, hashlib.sha256(data).hexdigest())
    else:
        say(f"{counted(contents)} exported: {out}")


def _export_revocations(settings: "Config", folder: Path) -> None:
    from pgtoll.cli.files import write_files
    from pgtoll.cli.storing import with_store
    from pgtoll.counts import plural
    from pgtoll.store.archive import verify_all

    stored = with_store(settings, lambda store: store.documents())
    good, problems = verify_all(stored, settings.trust.keys())
    files = _revocation_files(folder, (one for one in stored if one.id in good))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = {path: data for path, data in files.items() if not path.exists()}
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise ConfigError(f"cannot use directory {folder}: {reason}") from error
    write_files(missing)
    say(f"{plural(len(files), 'revocation')} in {folder}, {len(missing)} of them new")
    for one in problems:
        if one.document.kind == "revocation":
            say(f"a revocation of {one.document.uploaded_at:%Y-%m-%d} was left out: {one.reason}")


def _revocation_files(folder: Path, stored: "Iterable[StoredDocument]") -> dict[Path, bytes]:
    """Return the files, each under a name that only its own content has."""
    import hashlib

    return {
        folder / f"{hashlib.sha256(one.file).hexdigest()[:32]}.revocation": one.file
        for one in stored
        if one.kind == "revocation"
    }
