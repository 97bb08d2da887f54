-- Asks whether it may use operations, in every place where an application asks.
-- attack:
SELECT pgtoll.has_operation_license('MyApp.Use');
SELECT allowed, product, reason FROM pgtoll.operation_license('MyApp.Use');
SELECT pgtoll.check_operation_license('MyApp.Use');
SELECT row_to_json(a)::text FROM pgtoll.operation_license('MyApp.Use') a;
SELECT count(*) FROM mallory_own WHERE pgtoll.has_operation_license('MyApp.Use');
CREATE VIEW mallory_view AS SELECT * FROM mallory_own WHERE NOT pgtoll.has_operation_license('MyApp.Use');
SELECT count(*) FROM mallory_view;
DO $$ BEGIN IF pgtoll.has_operation_license('MyApp.Use') THEN RAISE 'allowed'; END IF; END $$;
-- extended
SELECT pgtoll.has_operation_license('MyApp.Use');
SELECT pgtoll.check_operation_license('MyApp.Use');
SELECT count(*) FROM mallory_view;
