"""Make the root of an image that has a virtual environment, what it needs to run, and nothing else.

assemble.py --venv /opt/pgtoll --into /image [--with FILE]...

Everything stands where it stood: the interpreter, its library, the environment, the shared objects
that the linker would load for any of them, and the certificates of the authorities. There is no
shell. Files given with --with go into the environment.
"""

import argparse
import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

# Parts of the library that a server has no use for.
UNUSED = ("test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data")
UNUSED_PATTERNS = (
    *("__pycache__", "*.pyc", "*.a", "config-*", "site-packages", "dist-packages"),
    *("_tkinter*.so", "_test*.so", "xx*.so"),  # these need what is left out, or are of its tests
)
ACCOUNTS = {
    "etc/passwd": "root:x:0:0:root:/:/none\npgtoll:x:10001:10001:pgtoll:/:/none\n",
    "etc/group": "root:x:0:\npgtoll:x:10001:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
LINKER_CACHE = Path("/etc/ld.so.cache")  # where the linker looks first
ELF = b"\x7fELF"


def main() -> int:
    """Assemble the root, and say how large it is."""
    options = _options()
    root = options.into
    if root.exists():
        sys.stderr.write(f"assemble: {root} exists already\n")
        return 2
    _copy_interpreter(options.venv, root)
    _copy_tree(options.venv, root, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for file in options.files:
        shutil.copy(file, _in(root, options.venv / file.name))
    _copy_libraries(root)
    _copy_system(root)
    _strip(root)
    _compile(root)
    size = sum(one.lstat().st_size for one in root.rglob("*") if not one.is_dir())
    sys.stdout.write(f"assemble: {root} has {size / 1e6:.0f} MB\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--venv", type=Path, required=True, help="the environment")
    parser.add_argument("--into", type=Path, required=True, help="the root that is made")
    parser.add_argument(
        "--with", type=Path, action="append", default=[], dest="files", help="a file to put there"
    )
    return parser.parse_args()


def _in(root: Path, path: Path) -> Path:
    """Return the place of a path in the root, in a directory that is there."""
    place = root / path.relative_to("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _copy_interpreter(venv: Path, root: Path) -> None:
    """Copy what the environment's python leads to, link by link, and its library."""
    link = venv / "bin" / "python"
    while link.is_symlink():
        link = link.parent / os.readlink(link)
        if not link.is_relative_to(venv):
            shutil.copy2(link, _in(root, link), follow_symlinks=False)
    library = Path(sysconfig.get_path("stdlib"))
    ignored = shutil.ignore_patterns(*UNUSED, *UNUSED_PATTERNS)
    _copy_tree(library, root, ignore=ignored)


def _copy_tree(tree: Path, root: Path, *, ignore: object) -> None:
    shutil.copytree(tree, _in(root, tree), symlinks=True, ignore=ignore, dirs_exist_ok=True)  # type: ignore[arg-type]


def _copy_libraries(root: Path) -> None:
    """Copy each shared object that something in the root needs and that is not there."""
    for file in sorted(_binaries(root)):
        for library in _needed(file):
            place = root / library.relative_to("/")
            if not place.exists() and root not in library.parents:
                shutil.copy(library, _in(root, library))


def _binaries(root: Path) -> Iterator[Path]:
    for file in root.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as binary:
                if binary.read(len(ELF)) == ELF:
                    yield file


def _needed(file: Path) -> list[Path]:
    """Return what the linker loads for a binary; the interpreter has loaded the rest already."""
    told = subprocess.run(  # noqa: S603  # the linker's own account
        ["/usr/bin/ldd", file], capture_output=True, text=True, check=False
    )
    return [Path(found) for found in re.findall(r"(/\S+) \(0x", told.stdout)]


def _strip(root: Path) -> None:
    """Take the tables of names from what is loaded: a fifth of all, and only debuggers read them.

    Ours stay, for `perf`. What auditwheel has mended (its libraries are in NAME.libs) stays too:
    it is laid out in a way that strip can break.
    """
    if (strip := shutil.which("strip")) is None:
        return
    mended = set(root.rglob("*.libs"))
    kept = mended | {one.with_suffix("") for one in mended}
    kept |= set(root.rglob("site-packages/pgtoll*"))
    files = [file for file in _binaries(root) if kept.isdisjoint(file.parents)]
    subprocess.run([strip, "--strip-unneeded", *files], check=True)  # noqa: S603


def _copy_system(root: Path) -> None:
    for name, text in ACCOUNTS.items():
        _in(root, Path("/") / name).write_text(text)
    for file in (AUTHORITIES, LINKER_CACHE):
        if file.exists():
            shutil.copy(file, _in(root, file))
    for name, mode in (("tmp", 0o1777), ("proc", 0o555), ("dev", 0o755), ("licenses", 0o755)):
        (root / name).mkdir(exist_ok=True)
        (root / name).chmod(mode)


def _compile(root: Path) -> None:
    """Compile all sources: at run time nothing can be written. What is there is not compared."""
    compileall.compile_dir(
        root,
        maxlevels=100,
        quiet=2,
        stripdir=str(root),
        workers=os.cpu_count() or 1,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


if __name__ == "__main__":
    sys.exit(main())
