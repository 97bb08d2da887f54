"""Exit 0 when the proxy answers PostgreSQL's SSLRequest, as it must before anything else."""

import os
import socket
import struct
import sys

SSL_REQUEST = struct.pack("!II", 8, 80877103)


def main() -> None:
    """Ask once; any answer but "S" or "N" is a failure."""
    port = int(os.environ.get("PGTOLL_LISTEN", ":6432").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
        sock.sendall(SSL_REQUEST)
        sys.exit(0 if sock.recv(1) in (b"S", b"N") else 1)


if __name__ == "__main__":
    main()
