#!/usr/bin/env python3
"""Compile the modules that pgtoll/compiled.py names, with Cython and this machine's C compiler.

scripts/compile.py              in place, as a checkout needs it; does nothing twice
scripts/compile.py --into DIR   DIR/DIGEST/, as a wheel needs it
scripts/compile.py --check      compile nothing, end with 1 if there is something to compile

Ends with 3 and says why when this machine cannot compile. PGTOLL_PURE=1: nothing is compiled.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from importlib.util import source_hash
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"pgtoll": ROOT / "proxy", "pgtoll_policy": ROOT / "policy"}
sys.path[:0] = [str(folder) for folder in PACKAGES.values()]
os.environ["PGTOLL_PURE"], asked = "1", os.environ.get("PGTOLL_PURE", "")

from pgtoll import compiled  # noqa: E402

# Modules that have not changed are not compiled again; each is kept by what it was made of.
KEPT = ROOT / "build" / "compiled"
CANNOT = 3


def main() -> int:
    """Compile what has to be, and return the status to end with."""
    options = _options()
    folder = Path(options.into or compiled.FOLDER)
    whole = folder / compiled.digest()
    if asked not in ("", "0"):
        return _say("PGTOLL_PURE is set: nothing is compiled")
    missing = [name for name in compiled.MODULES if not (whole / _file(name)).exists()]
    if options.check or not missing:
        return 1 if missing else 0
    try:
        _make(whole)
    except _Unable as exc:
        _say(f"nothing is compiled, pgtoll runs as it is written: {exc}")
        return CANNOT
    _clear(folder, keep=whole)
    return _say(f"{len(compiled.MODULES)} modules compiled")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--into", metavar="DIR", help="where to (proxy/pgtoll/_compiled)")
    parser.add_argument("--check", action="store_true", help="end with 1 if there is work to do")
    return parser.parse_args()


def _say(text: str) -> int:
    sys.stdout.write(f"pgtoll: {text}\n")
    return 0


def _file(name: str) -> str:
    return name + compiled.SUFFIX


class _Unable(Exception):
    """This machine cannot compile."""


def _make(whole: Path) -> None:
    """Fill the directory of these sources; whoever looks there meanwhile finds nothing."""
    kept = {name: KEPT / f"{_key(name)}{compiled.SUFFIX}" for name in compiled.MODULES}
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        _compile([name for name, file in kept.items() if not file.exists()], Path(work), kept)
    whole.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=whole.parent, prefix="."))
    new.chmod(0o755)
    for name, file in kept.items():
        shutil.copy(file, new / _file(name))
    shutil.rmtree(whole, ignore_errors=True)
    new.rename(whole)


def _key(name: str) -> str:
    """Return what a compiled module depends on: its source, all types, the way it is compiled."""
    own = compiled.path(name)
    files = [file for file in compiled.sources() if file == own or file.endswith(".pxd")]
    parts = [Path(file).read_bytes() for file in files]
    parts.append(repr((compiled.DIRECTIVES, compiled.FLAGS)).encode())
    return f"{name}-{source_hash(bytes(0).join(parts)).hex()}"


def _compile(names: list[str], work: Path, kept: dict[str, Path]) -> None:
    """Compile modules in a copy of the sources, so that no file of ours lies among them."""
    if not names:
        return
    for package, root in PACKAGES.items():
        shutil.copytree(root / package, work / package, ignore=_no_source)
    with contextlib.chdir(work):  # so tracebacks name pgtoll/gate.py, which is found anywhere
        _extensions(names)
    for name in names:
        shutil.copy(work / "out" / Path(*name.split(".")).with_suffix(compiled.SUFFIX), kept[name])


def _no_source(folder: str, entries: list[str]) -> set[str]:
    return {
        entry
        for entry in entries
        if not (Path(folder) / entry).is_dir() and not entry.endswith((".py", ".pxd"))
    }


def _extensions(names: list[str]) -> None:
    try:
        from setuptools import Distribution, Extension, errors  # isort: skip
        from Cython.Build import cythonize
        from Cython.Compiler.Errors import CompileError
    except ImportError as exc:
        raise _Unable(f"{exc}") from exc
    extensions = [
        Extension(name, [name.replace(".", "/") + ".py"], extra_compile_args=[*compiled.FLAGS])
        for name in names
    ]
    options = {"compiler_directives": compiled.DIRECTIVES, "quiet": True}
    try:
        made = cythonize(extensions, nthreads=os.cpu_count() or 1, **options)
    except CompileError as exc:  # it has said why
        raise SystemExit(f"pgtoll: {exc} is not compiled") from exc
    command = Distribution({"name": "pgtoll", "ext_modules": made}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = "out", "objects"
    command.parallel = os.cpu_count()
    command.ensure_finalized()
    try:
        command.run()
    except (errors.CCompilerError, errors.ExecError, errors.PlatformError) as exc:
        raise _Unable(f"{exc}") from exc


def _clear(folder: Path, keep: Path) -> None:
    """Remove what was compiled of older sources; another Python may need its own."""
    for old in {file.parent for file in folder.glob(f"*/*{compiled.SUFFIX}")} - {keep}:
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
