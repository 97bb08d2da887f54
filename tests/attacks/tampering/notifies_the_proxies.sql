-- Floods the proxies' channel, and reads in between.
-- wants: read
-- attack:
NOTIFY pgtoll, 'policy';
NOTIFY pgtoll, 'catalog';
NOTIFY pgtoll, 'nothing of ours';
SELECT secret FROM vlt_account;
