"""Calls of the command line as a terminal makes them, and what every failure must look like."""

from typer.testing import CliRunner, Result

from pgtoll.cli.main import app

# The caller's own settings must not reach the commands under test.
QUIET: dict[str, str | None] = {
    f"PGTOLL_{key}": None
    for key in ("SERVER", "STORE", "TRUST", "CONFIG", "CUSTOMER", "MODE", "LISTEN", "WORKERS")
}


def call(*arguments: object, **environment: str) -> Result:
    """Run one command; the environment has only these settings."""
    texts = [str(argument) for argument in arguments]
    return CliRunner(env=QUIET | environment).invoke(app, texts, catch_exceptions=False)


def done(*arguments: object, **environment: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    result = call(*arguments, **environment)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def failed(status: int, *arguments: object, **environment: str) -> str:
    """Run a command that must fail with this status, and return its one line."""
    result = call(*arguments, **environment)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("pgtoll: ")
    assert result.stderr.count("\n") == 1
    assert result.stderr.endswith("\n")
    return result.stderr.removeprefix("pgtoll: ").rstrip("\n")
