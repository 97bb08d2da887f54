-- How drivers learn about types.
SELECT t.oid, t.typname, t.typelem, t.typarray, t.typdelim, t.oid::regtype::text FROM pg_type t WHERE t.oid = to_regtype('mood') ORDER BY t.oid;
SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, typdelim AS delimiter FROM pg_type t WHERE t.oid = to_regtype('hstore') ORDER BY t.oid;
SELECT t.typname AS name, t.oid, t.typarray AS array_oid, t.oid::regtype::text AS regtype, coalesce(a.fnames, '{}') AS field_names, coalesce(a.ftypes, '{}') AS field_types
FROM pg_type t LEFT JOIN (SELECT attrelid, array_agg(attname) AS fnames, array_agg(atttypid) AS ftypes FROM (
  SELECT a.attrelid, a.attname, a.atttypid FROM pg_attribute a JOIN pg_type t ON t.typrelid = a.attrelid WHERE t.oid = to_regtype('address') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) x GROUP BY attrelid) a
ON a.attrelid = t.typrelid WHERE t.oid = to_regtype('address');
SELECT name, oid, array_oid, array_agg(label) AS labels FROM (SELECT t.typname AS name, t.oid, t.typarray AS array_oid, e.enumlabel AS label FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.oid = to_regtype('mood') ORDER BY e.enumsortorder) x GROUP BY name, oid, array_oid;
SELECT t.typname, t.oid, r.rngsubtype FROM pg_type t JOIN pg_range r ON t.oid = r.rngtypid;
WITH RECURSIVE typeinfo_tree(oid, ns, name, kind, basetype, elemtype, elemdelim, range_subtype, attrtypoids, attrnames, depth) AS (
  SELECT ti.oid, ti.ns, ti.name, ti.kind, ti.basetype, ti.elemtype, ti.elemdelim, ti.range_subtype, ti.attrtypoids, ti.attrnames, 0 FROM (
    SELECT t.oid AS oid, ns.nspname AS ns, t.typname AS name, t.typtype AS kind, (CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE NULL END) AS basetype, t.typelem AS elemtype,
      elem_t.typdelim AS elemdelim, range_t.rngsubtype AS range_subtype,
      (CASE WHEN t.typtype = 'c' THEN (SELECT array_agg(ia.atttypid ORDER BY ia.attnum) FROM pg_attribute ia INNER JOIN pg_class c ON (ia.attrelid = c.oid) WHERE ia.attnum > 0 AND NOT ia.attisdropped AND c.reltype = t.oid) ELSE NULL END) AS attrtypoids,
      NULL::text[] AS attrnames FROM pg_catalog.pg_type AS t INNER JOIN pg_catalog.pg_namespace ns ON (ns.oid = t.typnamespace)
      LEFT JOIN pg_type elem_t ON (t.typlen = -1 AND t.typelem != 0 AND t.typelem = elem_t.oid) LEFT JOIN pg_range range_t ON (t.oid = range_t.rngtypid)) AS ti WHERE ti.oid = ANY (ARRAY['mood'::regtype::oid])
  UNION ALL
  SELECT ti.oid, 'x', 'y', 'b', NULL::oid, NULL::oid, NULL, NULL::oid, NULL, NULL, tt.depth + 1 FROM pg_type ti, typeinfo_tree tt WHERE (tt.elemtype IS NOT NULL AND ti.oid = tt.elemtype) OR (tt.attrtypoids IS NOT NULL AND ti.oid = ANY (tt.attrtypoids)))
SELECT DISTINCT *, basetype::regtype::text AS basetype_name, elemtype::regtype::text AS elemtype_name, range_subtype::regtype::text FROM typeinfo_tree ORDER BY depth DESC;
SELECT t.oid, t.typelem FROM pg_type t JOIN pg_namespace n ON t.typnamespace = n.oid WHERE t.typinput = 'array_in'::regproc ORDER BY 1 LIMIT 5;
SELECT typinput = 'pg_catalog.array_in'::regproc AS is_array, typtype, typname, pg_type.oid FROM pg_catalog.pg_type LEFT JOIN (
  SELECT ns.oid AS nspoid, ns.nspname, r.r FROM pg_namespace AS ns JOIN (SELECT s.r, (current_schemas(false))[s.r] AS nspname FROM generate_series(1, array_upper(current_schemas(false), 1)) AS s(r)) AS r USING (nspname)) AS sp
ON sp.nspoid = typnamespace WHERE pg_type.typname = 'mood' ORDER BY sp.r, pg_type.oid DESC;
SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid FROM (SELECT typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull, typ.relkind, elemtyp.oid AS elemtypoid
  FROM (SELECT typ.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem, proc.proname AS typreceive, CASE WHEN proc.proname = 'array_recv' THEN 'a' ELSE typ.typtype END AS typtype
    FROM pg_type AS typ LEFT JOIN pg_class AS cls ON (cls.oid = typ.typrelid) LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive) AS typ
  LEFT JOIN pg_type AS elemtyp ON elemtyp.oid = typ.typelem) AS t JOIN pg_namespace AS ns ON (ns.oid = typnamespace) WHERE t.typtype IN ('b', 'r', 'm', 'e', 'd') ORDER BY 1, 2;
SELECT typ.oid, att.attname, att.atttypid FROM pg_type AS typ JOIN pg_namespace AS ns ON (ns.oid = typ.typnamespace) JOIN pg_class AS cls ON (cls.oid = typ.typrelid) JOIN pg_attribute AS att ON (att.attrelid = typ.typrelid)
WHERE (typ.typtype = 'c' AND cls.relkind = 'c') AND attnum > 0 AND NOT attisdropped ORDER BY typ.oid, att.attnum;
SELECT pg_type.oid, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid ORDER BY oid, enumsortorder;
SELECT set_config('jit', 'off', false);
SELECT current_setting('server_version_num')::int, current_setting('is_superuser'), pg_backend_pid() > 0;
SELECT * FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema');
SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_name = 'item' ORDER BY ordinal_position;
SELECT tc.constraint_name, kcu.column_name, ccu.table_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_schema, constraint_name)
JOIN information_schema.constraint_column_usage ccu USING (constraint_schema, constraint_name) WHERE tc.constraint_type = 'FOREIGN KEY';
SELECT routine_name, routine_type FROM information_schema.routines WHERE routine_schema = 'shop';
SELECT * FROM information_schema.views WHERE table_schema = 'shop';
SELECT * FROM information_schema.schemata;
SELECT * FROM information_schema.role_table_grants LIMIT 5;
SELECT * FROM information_schema.triggers;
SELECT * FROM information_schema.referential_constraints;
SELECT * FROM information_schema.parameters WHERE specific_schema = 'shop';
SELECT * FROM information_schema.domains;
SELECT * FROM information_schema.element_types LIMIT 5;
SELECT * FROM information_schema.check_constraints LIMIT 5;
