"""What the package's build adds to hatchling: the modules that run compiled."""

import subprocess
import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROGRAM = "scripts/compile.py"
CANNOT = 3


class Compile(BuildHookInterface):
    """Puts the compiled modules into a wheel, or beside the sources of an editable install.

    Where this machine has no compiler the wheel is a pure one, and one line says so. A fault in our
    sources fails the build.
    """

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        command = [sys.executable, str(Path(self.root, PROGRAM))]
        if version == "editable":
            self._run(*command)
            return
        self._out = tempfile.TemporaryDirectory()
        self._run(*command, "--into", self._out.name)
        files = sorted(Path(self._out.name).glob("*/*"))
        if files:
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
        build_data["force_include"] = {
            str(file): f"pgtoll/_compiled/{file.parent.name}/{file.name}" for file in files
        }

    def finalize(self, version: str, build_data: dict[str, object], artifact_path: str) -> None:
        if version != "editable":
            self._out.cleanup()

    def _run(self, *command: str) -> None:
        done = subprocess.run(  # noqa: S603  # a program of ours
            command, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, CANNOT):
            raise RuntimeError(f"{PROGRAM} failed:\n{done.stdout}{done.stderr}")
        self.app.display_info(done.stdout.strip())
