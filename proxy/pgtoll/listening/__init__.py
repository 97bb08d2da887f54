"""The sockets that clients connect to: bound, shared by processes, handed to a successor."""
