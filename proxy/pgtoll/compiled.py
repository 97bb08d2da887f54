"""Which modules run compiled, and whether they do.

They are translated to C and compiled when the package is built (docs/adr/0020-compilation.md). What
comes of them lies in `_compiled/DIGEST/`, and the digest is that of their sources: what was made of
other sources is never found. All of them run compiled or none does, for they may know each other's
insides.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import find_spec, source_hash, spec_from_file_location
from types import ModuleType

# What each of them gives is in docs/adr/0020-compilation.md.
MODULES = (
    "pgtoll.in_force",
    "pgtoll.licensee",
    "pgtoll.relay",
    "pgtoll.session.clear",
    "pgtoll.session.clearance",
    "pgtoll.session.flow",
    "pgtoll.session.names",
    "pgtoll.session.proven",
    "pgtoll.session.repeats",
    "pgtoll.session.rounds",
    "pgtoll.session.session",
    "pgtoll.session.stretches",
    "pgtoll.session.sureties",
    "pgtoll.session.transaction",
    "pgtoll.sockets",
    "pgtoll.wire.splitter",
    "pgtoll_policy.grammar",
    "pgtoll_policy.walk",
)

# How: they are part of what the digest is made of. The compiler takes nothing for a type of C but
# what a .pxd says. Not the annotations: a NamedTuple is a tuple to mypy, and to Cython it is not.
# Nor does it guess: of `[1 << n for n in range(len(x))]` it would make 32 bits.
DIRECTIVES = {"language_level": 3, "annotation_typing": False, "infer_types": False}
FLAGS = ("-O3", "-g0", "-w")  # no warnings: nobody reads what Cython writes

FOLDER = os.path.join(os.path.dirname(__file__), "_compiled")
SUFFIX = EXTENSION_SUFFIXES[0]  # names the interpreter and the machine


class Compiled:
    """Finds the modules that are compiled, before Python finds their sources."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self._files.get(fullname)
        if file is None:
            return None
        return spec_from_file_location(fullname, file, loader=Loader(fullname, file))


class Loader(ExtensionFileLoader):
    """Knows where the source of a compiled module is, which tracebacks show."""

    def get_source(self, fullname: str) -> str:  # type: ignore[override]  # others have none
        return _read(path(fullname)).decode()


def digest() -> str:
    """Return what tells these sources from all others; for another Python it is another.

    Raises OSError when a source is not there.
    """
    return source_hash(b"\0".join(map(_read, sources()))).hex()


def sources() -> list[str]:
    """Return the files that the compiled modules are made of, those with types (.pxd) included."""
    files = [path(name) for name in MODULES]
    for folder in {os.path.dirname(file): None for file in files}:
        files += sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".pxd"))
    return [*files, __file__]


def path(name: str) -> str:
    """Return the source of one of our modules."""
    package, *rest = name.split(".")
    spec = find_spec(package)  # imports nothing
    places = spec.submodule_search_locations if spec else None
    return os.path.join(*(places or [package])[:1], *rest) + ".py"


def _read(file: str) -> bytes:
    with open(file, "rb") as source:
        return source.read()


def files() -> dict[str, str]:
    """Return the file of each compiled module; nothing unless all are there."""
    try:
        folder = os.path.join(FOLDER, digest())
        there = set(os.listdir(folder))
    except OSError:
        return {}
    if not there.issuperset(name + SUFFIX for name in MODULES):
        return {}
    return {name: os.path.join(folder, name + SUFFIX) for name in MODULES}


def pure() -> bool:
    """Whether PGTOLL_PURE asks for the sources to be run as they are."""
    return os.environ.get("PGTOLL_PURE", "") not in ("", "0")


def switch_on() -> None:
    """Have what is compiled imported from now on, unless PGTOLL_PURE is set."""
    if not pure() and (found := files()):
        sys.meta_path.insert(0, Compiled(found))


def build() -> str:
    """Return how this program runs, in a word, and what keeps it from running faster."""
    if any(isinstance(finder, Compiled) for finder in sys.meta_path):
        return "compiled"
    if pure():
        return "pure: PGTOLL_PURE is set"
    if os.path.isdir(FOLDER):
        return "pure: what is compiled is of other sources or for another Python"
    return "pure"
