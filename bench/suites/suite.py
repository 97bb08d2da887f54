"""What a suite is to the command: something to prepare once and to run on a side."""

from collections.abc import Mapping
from typing import Protocol

from bench.suites.outcomes import Outcomes
from bench.suites.sides import Side
from bench.suites.workshop import Workshop


class Suite(Protocol):
    """One project's tests."""

    @property
    def database(self) -> str:
        """The name of the database that they want."""

    @property
    def server_settings(self) -> Mapping[str, str]:
        """Settings of the server that they need, beyond those of all tests."""

    def prepare(self, workshop: Workshop) -> None:
        """Fetch and install what they need."""

    def run(self, side: Side, only: frozenset[str] | None) -> Outcomes:
        """Run them, or only some of them, and return how each ended."""
