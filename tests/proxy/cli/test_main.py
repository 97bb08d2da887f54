"""The command line as a whole: its help, its version, and how it fails."""

import subprocess
import sys

from calls import done, failed


def test_no_arguments_show_the_commands() -> None:
    printed = done()
    commands = "demo init serve license seats operation components check vendor inspect"
    for command in commands.split():
        assert command in printed


def test_the_version_is_the_packages() -> None:
    name, version, *build = done("--version").split()
    assert name == "pgtoll"
    assert version[0].isdigit()
    assert build[0] in ("(compiled)", "(pure)", "(pure:")


def test_an_unknown_command_is_one_line() -> None:
    assert "no such command 'licence'. Did you mean 'license'?" in failed(2, "licence")


def test_an_unknown_option_is_one_line() -> None:
    assert failed(2, "inspect", "--nope") == "no such option: --nope (see pgtoll inspect --help)"


def test_a_missing_command_is_one_line() -> None:
    assert failed(2, "vendor") == "missing command (see pgtoll vendor --help)"


def test_completion_can_be_shown() -> None:
    assert "_PGTOLL_COMPLETE" in done("--show-completion", "bash")


def test_help_loads_no_driver_and_no_cryptography() -> None:
    code = (
        "import sys, pgtoll.cli.main;"
        "print([m for m in ('psycopg', 'cryptography', 'sqlglot', 'asyncio') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_module_runs_as_the_command() -> None:
    command = [sys.executable, "-m", "pgtoll", "vendor", "nothing"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr == "pgtoll: no such command 'nothing' (see pgtoll vendor --help)\n"
