"""`pgtoll components`: does a user have licenses for the components of a package."""

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
    UserOption,
)
from pgtoll.cli.output import print_json, say
from pgtoll.cli.program import REFUSED
from pgtoll.errors import ConfigError

# The command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from pgtoll_policy.descriptor import Descriptor

app = typer.Typer(help="Ask whether a user may use the components of a package.")


@app.callback()
def _group() -> None:
    """Ask whether a user may use the components of a package."""


@app.command()
def check(
    descriptor: Annotated[
        Path, typer.Argument(metavar="DESCRIPTOR", help="The package's descriptor.json.")
    ],
    user: UserOption,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Notify a user who installs a package without licenses for it. Exits with 3 then."""
    from pgtoll.cli.storing import with_policy
    from pgtoll.config import load_config
    from pgtoll_policy.operations import components_notice, missing_components

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))
    package = _described(descriptor)
    policy, now = with_policy(settings)
    missing = missing_components(policy, package.components, user, now)
    notice = components_notice(missing, package.package) if missing else ""
    if json_:
        listed = [{"code": one.code, "name": one.name} for one in missing]
        found = {"package": package.package, "user": user, "allowed": not missing}
        print_json({**found, "missing": listed, "notice": notice})
    else:
        say(notice or _fine(package, user))
    raise typer.Exit(REFUSED if missing else 0)


def _described(path: Path) -> "Descriptor":
    """Return what a descriptor says; a package that does not say its name has its folder's."""
    from dataclasses import replace

    from pgtoll.config import read_limited
    from pgtoll_policy.descriptor import MAX_DESCRIPTOR_BYTES, read_descriptor
    from pgtoll_policy.errors import BadDocument

    try:
        found = read_descriptor(read_limited(path, MAX_DESCRIPTOR_BYTES))
    except BadDocument as error:
        raise ConfigError(f"{path}: {error}") from error
    return found if found.package else replace(found, package=path.resolve().parent.name)


def _fine(package: "Descriptor", user: str) -> str:
    number = len(package.components)
    if not number:
        return f"package {package.package} has no licensed components"
    return f'user "{user}" may use all {number} licensed components of package {package.package}'
