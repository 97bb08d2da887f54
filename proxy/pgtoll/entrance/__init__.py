"""From an accepted socket to a session: who comes, how many, and what they say first."""
