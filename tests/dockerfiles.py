"""The steps of a Dockerfile, read and run without an engine."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "docker" / "Dockerfile"

Step = tuple[str, str]  # an instruction, and what stands behind it


def stages(dockerfile: Path = DOCKERFILE) -> list[list[Step]]:
    """Return the steps of each stage; those before the first one are left out."""
    lines = [line for line in dockerfile.read_text().splitlines() if not line.startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    found: list[list[Step]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        elif found:
            found[-1].append((name, rest.strip()))
    return found


def build(steps: list[Step], places: Mapping[str, Path], python: str) -> None:
    """Run the steps of the first stage here: its absolute paths are those of `places`.

    What installs Debian's packages is left out: that is what this machine has.
    """
    source = places["/src"]
    for name, rest in steps:
        if name == "COPY":
            *files, into = rest.split()
            _copy(files, source / into)
        elif name == "RUN" and "apt-get" not in rest:
            command = rest.replace("--no-cache-dir ", "")  # what pip has already is as good
            for path, place in places.items():
                command = command.replace(f"{path}/", f"{place}/").replace(f"{path} ", f"{place} ")
                command = command.removesuffix(path) + str(place) * command.endswith(path)
            _run(command.replace("python ", f"{python} ", 1), source)


def _copy(files: list[str], into: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "_compiled")
    for file in files:
        if (ROOT / file).is_dir():
            shutil.copytree(ROOT / file, into, ignore=ignored)
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, into)


def _run(command: str, source: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PGTOLL"))}
    done = subprocess.run(
        ["sh", "-ec", command],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
