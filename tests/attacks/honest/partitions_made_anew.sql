-- Makes indexes of a partitioned table anew, which takes a transaction for each partition.
-- attack:
CREATE TABLE evt (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE evt_01 PARTITION OF evt FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE evt_02 PARTITION OF evt FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX evt_kind ON evt (kind);
INSERT INTO evt SELECT g, date '2026-01-01' + g, 'a' FROM generate_series(0, 50) g;
REINDEX INDEX evt_kind;
REINDEX TABLE evt;
REINDEX TABLE evt_01;
REINDEX INDEX CONCURRENTLY evt_kind;
CLUSTER evt USING evt_pkey;
CLUSTER evt_02 USING evt_02_pkey;
-- extended
REINDEX INDEX evt_kind;
SELECT count(*) FROM evt;
