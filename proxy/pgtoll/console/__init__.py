"""The License manager: pages on which license administrators do what the commands do."""
