"""What every TCP connection of ours asks of the kernel, to clients and to servers."""

import socket

# Of what the kernel takes to send, so much may wait behind what is on its way (bytes). By itself it
# takes megabytes: whoever sends would hear of an error only after all of them.
UNSENT_BYTES = 128 << 10
_UNSENT = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # tcp(7); not every system has it


def prepare(sock: socket.socket) -> None:
    """Notice a peer that vanished without a word, and feel soon that one reads slowly.

    A socket that listens hands both down to the connections that it takes. How much may be on its
    way is left to the kernel: a long line is used as before.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if _UNSENT is not None:
        sock.setsockopt(socket.IPPROTO_TCP, _UNSENT, UNSENT_BYTES)
