"""Unix sockets that clients connect to: who may, what is left behind, who has it already."""

import errno
import grp
import multiprocessing
import multiprocessing.synchronize
import os
import socket
import stat
from pathlib import Path

import pytest

from pgtoll.config import LocalSockets
from pgtoll.errors import ConfigError
from pgtoll.listening.local_sockets import bound_local, path_of, remove


def at(directory: Path) -> str:
    return path_of(str(directory), 6432)


def answered(path: str) -> bool:
    name = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(name)
        except OSError:
            return False
    return True


def test_a_socket_is_where_libpq_looks(tmp_path: Path) -> None:
    with bound_local(at(tmp_path), LocalSockets()):
        assert set(os.listdir(tmp_path)) == {".s.PGSQL.6432", ".s.PGSQL.6432.lock"}
        assert answered(at(tmp_path))
        assert int((tmp_path / ".s.PGSQL.6432.lock").read_text()) == os.getpid()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o700])
def test_its_mode_says_who_may_connect(tmp_path: Path, mode: int) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    with bound_local(at(tmp_path), LocalSockets(mode=mode, group=group)):
        assert stat.S_IMODE(os.stat(at(tmp_path)).st_mode) == mode


def test_a_group_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no group nobody_at_all"):
        bound_local(at(tmp_path), LocalSockets(group="nobody_at_all"))
    assert not os.path.exists(at(tmp_path))


def test_who_listens_there_keeps_it(tmp_path: Path) -> None:
    with bound_local(at(tmp_path), LocalSockets()):
        with pytest.raises(OSError, match="in use") as caught:
            bound_local(at(tmp_path), LocalSockets())
        assert caught.value.errno == errno.EADDRINUSE
        assert answered(at(tmp_path))


def test_what_a_program_that_crashed_has_left_is_replaced(tmp_path: Path) -> None:
    bound_local(at(tmp_path), LocalSockets()).close()
    assert not answered(at(tmp_path))
    with bound_local(at(tmp_path), LocalSockets()):
        assert answered(at(tmp_path))


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    Path(at(tmp_path)).write_text("mine")
    with pytest.raises(OSError, match="no socket"):
        bound_local(at(tmp_path), LocalSockets())
    assert Path(at(tmp_path)).read_text() == "mine"


def test_a_directory_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        bound_local(at(tmp_path / "none"), LocalSockets())


def test_both_files_go_with_the_last_who_listens(tmp_path: Path) -> None:
    sock = bound_local(at(tmp_path), LocalSockets())
    handed_over = sock.dup()
    sock.close()
    remove(at(tmp_path))
    assert answered(at(tmp_path))
    handed_over.close()
    remove(at(tmp_path))
    assert os.listdir(tmp_path) == []
    remove(at(tmp_path))
    assert os.listdir(tmp_path) == []


def test_an_abstract_name_leaves_nothing() -> None:
    path = path_of(f"@pgtoll-{os.getpid()}", 6432)
    with bound_local(path, LocalSockets()):
        assert answered(path)
        with pytest.raises(OSError, match="in use"):
            bound_local(path, LocalSockets())
    remove(path)
    assert not answered(path)


def test_of_many_who_want_it_at_once_one_gets_it(tmp_path: Path) -> None:
    bound_local(
        at(tmp_path), LocalSockets()
    ).close()  # stale, so that all of them want to replace it
    context = multiprocessing.get_context("spawn")
    found, over = context.Queue(), context.Event()
    racers = [context.Process(target=race, args=(at(tmp_path), found, over)) for _ in range(4)]
    for one in racers:
        one.start()
    outcomes = sorted(found.get(timeout=60) for _ in racers)
    over.set()
    for one in racers:
        one.join(60)
    assert outcomes == [False, False, False, True]


def race(
    path: str,
    found: "multiprocessing.Queue[bool]",
    over: "multiprocessing.synchronize.Event",
) -> None:
    """Try to get the socket, say whether it worked, and hold it until it is over."""
    try:
        with bound_local(path, LocalSockets()):
            found.put(True)
            over.wait(60)
    except OSError:
        found.put(False)
        over.wait(60)
