"""Where suites come from and what they run in: downloads, unpacked sources, environments.

All of it is kept in one cache directory outside of the repository, and is made once.
"""

import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

RUN_SECONDS = 3600.0  # for one suite on one side


@dataclass(frozen=True, slots=True)
class Workshop:
    """The cache directory, and the source folders that were given."""

    cache: Path
    sources: Mapping[str, Path]
    versions: list[str] = field(default_factory=list)  # of what was run, for the report

    def distribution(self, project: str) -> Path:
        """Return the unpacked source distribution of a Python project, of pip's registry."""
        downloads = self.cache / "sdist" / project
        if not list(downloads.glob("*.tar.gz")):
            command = [sys.executable, "-m", "pip", "download", "--no-binary", ":all:"]
            checked([*command, "--no-deps", "--dest", str(downloads), project])
        archive = sorted(downloads.glob("*.tar.gz"))[-1]
        folder = downloads / archive.name.removesuffix(".tar.gz")
        if not folder.exists():
            with tarfile.open(archive) as tar:
                tar.extractall(downloads, filter="data")
        self.versions.append(folder.name)
        return folder

    def source(self, project: str) -> Path:
        """Return the folder that was given for a project; end the program without one."""
        if project not in self.sources:
            raise SystemExit(
                f"the tests of {project} are in no registry: give its source with "
                f"--source {project}=FOLDER"
            )
        return self.sources[project]

    def copy(self, project: str) -> Path:
        """Return a copy of the given folder, for suites that need something beside them."""
        folder = self.cache / "copies" / project
        if not folder.exists():
            shutil.copytree(self.source(project), folder, symlinks=True)
        return folder

    def environment(self, name: str, *requirements: str) -> Path:
        """Return the folder of a virtual environment's programs, with these packages in it."""
        folder = self.cache / "env" / name
        ready = folder / "ready"
        if not ready.exists():
            checked([sys.executable, "-m", "venv", "--clear", str(folder)])
            checked([str(folder / "bin" / "pip"), "install", *requirements])
            ready.touch()
        return folder / "bin"


def checked(command: list[str], *, cwd: Path | None = None) -> None:
    """Run one step of preparation; end the program with what it said when it fails."""
    run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stdout}{run.stderr}")


def run_logged(
    command: list[str],
    log: Path,
    *,
    cwd: Path,
    environment: Mapping[str, str],
    seconds: float = RUN_SECONDS,
) -> None:
    """Run a suite with what it prints in `log`; end it after so long, with all it has started."""
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("PG", "PYTHON"))}
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=inherited | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
