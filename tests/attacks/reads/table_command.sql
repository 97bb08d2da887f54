-- Reads by the TABLE command.
-- wants: read
-- attack:
TABLE vlt_account;
