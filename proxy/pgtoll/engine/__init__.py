"""What a server can do for us, how we go about it there, and which guarantees follow.

`probes` tries each thing in transactions that are undone; `ways` chooses; `dialect` writes our
functions for servers that lack some of PostgreSQL's; `guarantees` says what holds, and why.
"""
