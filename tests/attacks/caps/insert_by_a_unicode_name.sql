-- Writes the table's name with Unicode escapes of its own.
-- wants: fill
-- attack:
INSERT INTO U&"dmo!005fnearly" UESCAPE '!' SELECT n, 'x' FROM generate_series(1001, 1006) n;
