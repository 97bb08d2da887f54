"""Inserts the rows that a document holds, executed twice in one round."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "fill"
SQL = b"INSERT INTO dmo_nearly SELECT * FROM json_to_recordset($1) AS r (id int, v text)"


def attack(server: Server) -> bytes:
    with server.login() as client:
        values = [
            ("[" + ",".join(f'{{"id": {n}}}' for n in range(start, start + 3)) + "]").encode()
            for start in (5001, 5004, 5007)
        ]
        rounds = [part for value in values for part in (bind(values=[value]), execute())]
        return ask(client, parse(SQL), *rounds, SYNC)
