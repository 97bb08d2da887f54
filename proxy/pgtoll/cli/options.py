"""The options of the commands; most are keys of the configuration."""

from collections.abc import Callable
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer

from pgtoll.config import KEYS


def setting(name: str, *, panel: str | None = None) -> Any:
    """Return the option of a setting; typer's declarations have no better type."""
    key = KEYS[name]
    return typer.Option(
        key.option,
        *key.aliases,
        metavar=key.metavar or None,
        help=key.help,
        autocompletion=(lambda: list(key.choices)) if key.choices else None,
        rich_help_panel=panel,
    )


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, which takes `config` and `**options`, an option for every setting."""
    own = Parameter("config", Parameter.KEYWORD_ONLY, default=None, annotation=ConfigOption)
    parameters = [*map(_parameter, KEYS), own]
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


def _parameter(name: str) -> Parameter:
    key = KEYS[name]
    kind: Any = list[str] if key.many else str if key.metavar else bool
    annotation = Annotated[kind | None, setting(name, panel=key.group)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


ServerOption = Annotated[str | None, setting("server")]
StoreOption = Annotated[str | None, setting("store")]
TrustOption = Annotated[list[str] | None, setting("trust")]
CustomerOption = Annotated[str | None, setting("customer")]
TrustedFunctionsOption = Annotated[list[str] | None, setting("trusted_functions")]
UnreadOption = Annotated[str | None, setting("unread")]
ImpersonatorsOption = Annotated[list[str] | None, setting("impersonators")]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="A TOML file with these options as keys."),
]
UserOption = Annotated[
    str, typer.Option("--user", metavar="USER", help="Whose licenses count: a role, or a person.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
