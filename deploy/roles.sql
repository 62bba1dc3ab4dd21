-- Roles for the books of bulkportal, with no more rights than each needs. Run once by an administrator, connected to the books' database:
--   createdb bulkportal && psql -d bulkportal -f deploy/roles.sql
-- Give each role its password afterwards:  \password bulkportal_owner   \password bulkportal_worker
-- The owner makes and changes tables (bulkportal ledger prepare, once for each version); workers read and write rows, and nothing else.

CREATE ROLE bulkportal_owner LOGIN;
CREATE ROLE bulkportal_worker LOGIN;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA bulkportal AUTHORIZATION bulkportal_owner;
GRANT USAGE ON SCHEMA bulkportal TO bulkportal_worker;

ALTER DEFAULT PRIVILEGES FOR ROLE bulkportal_owner IN SCHEMA bulkportal GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO bulkportal_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE bulkportal_owner IN SCHEMA bulkportal GRANT USAGE ON SEQUENCES TO bulkportal_worker;
