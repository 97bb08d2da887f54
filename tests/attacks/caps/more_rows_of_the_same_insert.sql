-- Inserts one row, which there is room for, and then more and more by the same statement with more rows.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly (id, v) VALUES (5001, 'a');
INSERT INTO dmo_nearly (id, v) VALUES (5002, 'a'), (5003, 'b');
INSERT INTO dmo_nearly (id, v) VALUES (5004, 'a'), (5005, 'b'), (5006, 'c'), (5007, 'd'), (5008, 'e'), (5009, 'f');
INSERT INTO dmo_nearly (id, v) VALUES (5010, 'a'), (5011, 'b'), (5012, 'c'), (5013, NULL), (5014, DEFAULT) ON CONFLICT DO NOTHING;
-- extended
INSERT INTO dmo_nearly (id, v) VALUES (5020, 'a'), (5021, 'b'), (5022, 'c'), (5023, 'd'), (5024, 'e'), (5025, 'f');
