"""What the systemd unit lets the program do, applied to a program without systemd.

The kernel's own means: a filter of system calls and kinds of sockets (seccomp), and no memory that
is written and executed (PR_SET_MDWE).
"""

import ctypes
import os
import platform
import re
import socket
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_MDWE = 38, 22, 65
SECCOMP_MODE_FILTER, MDWE_REFUSE_EXEC_GAIN = 2, 1
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ERRNO with EPERM
LOAD, EQUALS, RETURN = 0x20, 0x15, 0x06  # of the filter's language (linux/bpf_common.h)
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16  # in struct seccomp_data, little-endian
HEADERS = ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm-generic/unistd.h")

Filter = list[tuple[int, int, int, int]]


def settings(unit: Path) -> dict[str, list[str]]:
    """Return what the section Service of a unit sets; what is set twice is there twice."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif section == "Service" and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def numbers() -> dict[str, int]:
    """Return the system calls of this machine by name; none where nobody has its headers."""
    header = next((Path(one) for one in HEADERS if Path(one).exists()), None)
    if header is None or platform.machine() != "x86_64":
        return {}
    found = re.findall(r"^#define __NR_(\w+) (\d+)$", header.read_text(), re.MULTILINE)
    return {name: int(number) for name, number in found}


def members(group: str) -> set[str]:
    """Return the system calls of one of systemd's groups, such as @system-service."""
    if not group.startswith("@"):
        return {group}
    done = subprocess.run(
        ["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True
    )
    words = [line.strip() for line in done.stdout.splitlines()[1:]]
    inner = [word for word in words if word and not word.startswith("#")]
    return set().union(*(members(word) for word in inner))


def allowed(filters: list[str]) -> set[str]:
    """Return what SystemCallFilter= leaves: lists that begin with ~ are taken away."""
    left: set[str] = set()
    for one in filters:
        calls = set().union(*(members(word) for word in one.removeprefix("~").split()))
        left = left - calls if one.startswith("~") else left | calls
    return left


def made(calls: set[str], families: list[str]) -> Filter:
    """Return a filter that lets these calls pass, and sockets of these families alone."""
    known = numbers()
    program: Filter = [(LOAD, 0, 0, NUMBER_AT)]
    for name in sorted((calls & known.keys()) - {"socket"}):
        program += [(EQUALS, 0, 1, known[name]), (RETURN, 0, 0, ALLOW)]
    program += [(EQUALS, 1, 0, known["socket"]), (RETURN, 0, 0, REFUSE)]
    program.append((LOAD, 0, 0, FIRST_ARGUMENT_AT))
    for family in families:
        number = int(getattr(socket, family))
        program += [(EQUALS, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    return [*program, (RETURN, 0, 0, REFUSE)]


def confinement(unit: Path) -> Callable[[], None]:
    """Return what a child calls before it becomes the program: then it is held as by the unit."""
    said = settings(unit)
    program = made(allowed(said["SystemCallFilter"]), said["RestrictAddressFamilies"][0].split())
    packed = b"".join(struct.pack("HBBI", *step) for step in program)
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(packed)
    whole = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    mdwe = said["MemoryDenyWriteExecute"] == ["yes"]

    def confine(kept: object = code) -> None:
        steps = [(PR_SET_NO_NEW_PRIVS, 1, 0)]
        steps += [(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0)] * mdwe
        for option, value, pointer in steps:
            _prctl(libc, option, value, pointer)
        pointed = ctypes.create_string_buffer(whole)
        _prctl(libc, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(pointed))

    return confine


def _prctl(libc: ctypes.CDLL, option: int, value: int, pointer: int) -> None:
    zero = ctypes.c_ulong(0)
    if libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(pointer), zero, zero) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")
