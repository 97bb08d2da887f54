"""The options that several commands share; each is also a key of the configuration."""

from pathlib import Path
from typing import Annotated

import typer

ServerOption = Annotated[
    str | None,
    typer.Option("--server", metavar="DSN", help="The PostgreSQL server: a URI or keywords."),
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="DSN", help="Where schema pgtoll is, if not in the server."),
]
TrustOption = Annotated[
    list[Path] | None,
    typer.Option("--trust", metavar="PATH", help="A public key, or a directory of *.pub files."),
]
CustomerOption = Annotated[
    str | None,
    typer.Option("--customer", metavar="ID", help="Accept only licenses for this customer."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="A TOML file with these options as keys."),
]
TrustedFunctionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--trusted-functions",
        metavar="NAME",
        help="A function known as harmless: schema.name or schema.name(types).",
    ),
]
UserOption = Annotated[
    str, typer.Option("--user", metavar="USER", help="Whose licenses count: a role, or a person.")
]
ImpersonatorsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--impersonators",
        "--impersonator",
        metavar="ROLE",
        help="A role that logs in for many people and names each by pgtoll.user.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
