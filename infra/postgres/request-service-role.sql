-- A role for the request service that can add to the audit and read it, but neither change nor remove any of it, nor the trigger that
-- refuses both. Run it as the owner of the schema after each upgrade; the service then starts with DATABASE_URL of the role below.
--
-- The owner runs the migrations: start the service once with the owner's DATABASE_URL, or let the deployment do so. With nothing left
-- to migrate the service needs no right to create anything. Give the role a password of its own: ALTER ROLE … PASSWORD …

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pao_request_service') THEN
    CREATE ROLE pao_request_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA pao_request TO pao_request_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pao_request TO pao_request_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA pao_request TO pao_request_service;

-- What is only ever added to, and what only migrations write.
REVOKE UPDATE, DELETE, TRUNCATE ON pao_request.audit, pao_request.requests FROM pao_request_service;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON pao_request.migrations FROM pao_request_service;
-- Where the chain of a request ends is updated with the request, and never removed.
REVOKE DELETE, TRUNCATE ON pao_request.request_states, pao_request.tasks FROM pao_request_service;
-- Retention removes requests by a function of the owner's, which takes only what has ended (remove_ended_requests); what it leaves of
-- them, and which audit was removed, is not the service's to write.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON pao_request.removed_requests FROM pao_request_service;

-- The jobs at certain times have a schema of their own, which the service may look after itself, and which holds nothing but its times.
-- Where the owner's start has filled it already, the owner's next start upgrades it, too.
CREATE SCHEMA IF NOT EXISTS pao_request_jobs AUTHORIZATION pao_request_service;
GRANT USAGE, CREATE ON SCHEMA pao_request_jobs TO pao_request_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pao_request_jobs TO pao_request_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA pao_request_jobs TO pao_request_service;
