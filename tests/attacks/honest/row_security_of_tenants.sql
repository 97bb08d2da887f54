-- Separates tenants by row security and a setting.
-- attack:
CREATE TABLE tenant_data (tenant int, body text);
ALTER TABLE tenant_data ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_data FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tenant_data USING (tenant = current_setting('app.tenant', true)::int) WITH CHECK (tenant = current_setting('app.tenant', true)::int);
SET app.tenant = '1';
INSERT INTO tenant_data VALUES (1, 'one');
INSERT INTO tenant_data VALUES (2, 'two');
SET app.tenant = '2';
INSERT INTO tenant_data VALUES (2, 'two');
SELECT * FROM tenant_data;
UPDATE tenant_data SET body = 'TWO' RETURNING *;
SELECT set_config('app.tenant', '1', false);
SELECT * FROM tenant_data;
CREATE POLICY only_short ON tenant_data AS RESTRICTIVE FOR SELECT USING (length(body) < 3);
SELECT count(*) FROM tenant_data;
ALTER POLICY tenant ON tenant_data USING (true);
ALTER TABLE tenant_data NO FORCE ROW LEVEL SECURITY;
SELECT * FROM tenant_data ORDER BY tenant;
DROP POLICY only_short ON tenant_data;
