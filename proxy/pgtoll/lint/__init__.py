"""What in the licensing of a database deserves a look: names, seats, files, tables, code."""
