"""A vendor's public key in a file."""

from pathlib import Path

import pytest
from configuring import public_pem


@pytest.fixture
def pub(tmp_path: Path) -> Path:
    path = tmp_path / "vendor.pub"
    path.write_bytes(public_pem())
    return path
