"""A vendor and its signed files, made and uploaded with pgtoll's own commands."""

import subprocess
import sys
from pathlib import Path

PGTOLL = str(Path(sys.executable).with_name("pgtoll"))
CUSTOMER = "benchmark"
ADD_ON = "addon"  # a product that the benchmark's user lacks


class Vendor:
    """One vendor's key and the files it signs, all in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        call("vendor", "keygen", "--out", str(directory))

    @property
    def trust(self) -> Path:
        """The public key that a proxy has to trust."""
        return self._directory / "vendor.pub"

    def base_license(self) -> Path:
        """Return a server license of the base product: nobody is capped any more."""
        return self._issue("base", "--type", "server")

    def lacked_add_on(self) -> list[Path]:
        """Return a product and a personal license of it: who has no seat lacks it."""
        product = self._directory / "addon.product"
        what = ["--code", ADD_ON, "--title", "Add-on", "--prefix", "Addn", "--object", "Addn*"]
        self._sign("product", *what, out=product)
        return [product, self._issue(ADD_ON, "--type", "personal", "--seats", "1")]

    def _issue(self, product: str, *kind: str) -> Path:
        file = self._directory / f"{product}.lic"
        self._sign("issue", "--product", product, *kind, "--customer", CUSTOMER, out=file)
        return file

    def _sign(self, command: str, *options: str, out: Path) -> None:
        key = str(self._directory / "vendor.key")
        call("vendor", command, *options, "--key", key, "--out", str(out))


def prepare(server: str, vendor: Vendor, files: list[Path]) -> None:
    """Create schema pgtoll in the database and upload the files."""
    call("init", "--server", server)
    if files:
        names = [str(file) for file in files]
        call("license", "upload", *names, "--server", server, "--trust", str(vendor.trust))


def call(*arguments: str) -> None:
    """Run one pgtoll command; raise with what it said when it fails."""
    run = subprocess.run([PGTOLL, *arguments], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"pgtoll {' '.join(arguments)} failed: {run.stdout}{run.stderr}")
