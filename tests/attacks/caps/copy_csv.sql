-- Copies comma-separated lines with a header.
-- wants: fill
-- attack:
COPY dmo_nearly FROM STDIN (FORMAT csv, HEADER);
-- copy data:
id,v
1001,a
1002,b
1003,c
1004,"d
1005,e"
1006,f
1007,g
1008,h
\.
