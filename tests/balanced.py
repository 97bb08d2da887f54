"""Proxies that stand behind names, and HAProxy before them by the configuration that users get.

A program, run in a network of its own whose names it answers itself: it replaces proxies, and says
which of them a client of HAProxy reached. What matters here is where connections go: whoever is
reached says its address.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import cast

CONFIGURATION = Path(__file__).parents[1] / "docker" / "haproxy.cfg"
CLIENTS, DOOR, WATCHED = 5432, 6432, 9187
SECONDS = 30.0
ADDRESS, NO_SUCH_NAME = 1, 3  # type A of a question, and a code of an answer (RFC 1035)


class Names(asyncio.DatagramProtocol):
    """Answers for what is known now, and says of the rest that it is not there."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        end, labels = 12, []
        while data[end]:
            labels.append(data[end + 1 : end + 1 + data[end]].decode())
            end += 1 + data[end]
        question, kind = data[12 : end + 5], int.from_bytes(data[end + 1 : end + 3], "big")
        address = self.known.get(".".join(labels))
        found = address is not None and kind == ADDRESS
        flags = 0x8180 | (NO_SUCH_NAME if address is None else 0)
        answer = (
            data[:2] + flags.to_bytes(2, "big") + bytes([0, 1, 0, found, 0, 0, 0, 0]) + question
        )
        if address is not None and found:
            numbers = bytes(map(int, address.split(".")))
            answer += b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04" + numbers
        self.transport.sendto(answer, addr)


async def proxy(address: str) -> None:
    """Serve as a proxy that is ready, at an address of its own."""

    async def ready(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async def told(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(address.encode())
        writer.close()

    await asyncio.start_server(ready, address, WATCHED)
    await asyncio.start_server(told, address, DOOR)


async def reached() -> str:
    """Return the address of the proxy that a client got to; nothing if it got to none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", CLIENTS)
        said = await reader.read()
        writer.close()
    except OSError:
        return ""
    return said.decode()


async def reaches(address: str) -> None:
    """Connect until a proxy was reached. Raises TimeoutError."""
    async with asyncio.timeout(SECONDS):
        while await reached() != address:  # noqa: ASYNC110  # it is another program's affair
            await asyncio.sleep(0.05)
    sys.stdout.write(f"reached {address}\n")


async def main() -> None:
    names = Names()
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: names, local_addr=("127.0.0.1", 53)
    )
    for number in (1, 2, 3):
        await proxy(f"127.0.1.{number}")
    names.known["proxy1"] = "127.0.1.1"
    where = {"LISTEN": f"127.0.0.1:{CLIENTS}"} | {f"PROXY{n}": f"proxy{n}" for n in (1, 2, 3)}
    balancer = await asyncio.create_subprocess_exec(
        "haproxy", "-db", "-f", str(CONFIGURATION), env=os.environ | where, stdout=sys.stderr
    )
    try:
        await reaches("127.0.1.1")  # the others are nowhere
        names.known["proxy2"] = "127.0.1.2"
        await reaches("127.0.1.2")
        names.known["proxy2"] = "127.0.1.3"
        await reaches("127.0.1.3")
    finally:
        balancer.kill()
        await balancer.wait()


if __name__ == "__main__":
    asyncio.run(main())
