-- Copies out with options that older grammars do not know.
-- wants: read
-- attack:
COPY vlt_account TO STDOUT (FORMAT text, FREEZE false, HEADER false);
COPY vlt_account (secret) TO STDOUT WITH CSV FORCE QUOTE *;
COPY vlt_account TO STDOUT WITH (FORMAT 'csv', DELIMITER E'\t');
