INSERT INTO lifeguard_servers (name, last_look_at, starts_counted_until)
VALUES ('http://127.0.0.1:4200/api', '2026-11-22 11:59:00.000000', '2026-11-22 11:58:30.000000');

INSERT INTO lifeguard_patrols
(id, server_id, started_at, finished_at, complete, saw_pools, superseded, missing, api_calls, duration_seconds)
SELECT '6a0f6a1e-1111-4c1e-9d6e-0d6a5f1a0001', id, '2026-11-22 11:59:00.000000', '2026-11-22 11:59:01.250000', FALSE, TRUE,
FALSE, '[{"what": "workers", "work_pool": "ml", "reason": "HTTP 500", "essential": true}]', 17, 1.25
FROM lifeguard_servers;

INSERT INTO lifeguard_pools (server_id, pool_id, name, type, needs_workers, last_reading_at, gone_at)
SELECT id, 'pool-etl', 'etl', 'process', TRUE, '2026-11-22 11:59:00.000000', NULL FROM lifeguard_servers;

INSERT INTO lifeguard_pools (server_id, pool_id, name, type, needs_workers, last_reading_at, gone_at)
SELECT id, 'pool-old', 'it''s old 🛟', 'cloud-run:push', FALSE, NULL, '2026-11-01 00:00:00.000000' FROM lifeguard_servers;

INSERT INTO lifeguard_readings
(pool, at, verdict, has_demand, workers_online, workers_total, overdue, oldest_overdue_since, pending, running,
waiting_for_slot, active_slots, concurrency_limit)
SELECT id, '2026-11-22 11:59:00.000000', 'down', TRUE, 0, 2, 3, '2026-11-22 11:30:00.000001', 0, 1, 0, 1, 10000000000
FROM lifeguard_pools WHERE name = 'etl';

INSERT INTO lifeguard_readings
(pool, at, verdict, has_demand, workers_online, workers_total, overdue, oldest_overdue_since, pending, running,
waiting_for_slot, active_slots, concurrency_limit)
SELECT id, '2026-11-22 11:58:00.000000', 'unknown', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM lifeguard_pools WHERE name = 'etl';

INSERT INTO lifeguard_hours
(pool, hour, watched_seconds, demand_seconds, up_seconds, workers_min, workers_max, overdue_max, running_max,
waiting_for_slot_max)
SELECT id, '2026-11-22 10:00:00.000000', 3600, 1800.5, 900.25, 0, 2, 7, 4, NULL FROM lifeguard_pools WHERE name = 'etl';

INSERT INTO lifeguard_incidents
(server_id, fingerprint, code, severity, seen_severity, resource_kind, resource_id, resource_name, pool_name, title,
evidence, remedy, run_ids, affected_runs, caused_by, due_since, first_seen_at, last_seen_at, opened_at, escalated_at,
worse_since, gone_since, resolved_at)
SELECT id, 'pool-no-workers:work-pool:pool-etl', 'pool-no-workers', 'critical', 'warning', 'work-pool', 'pool-etl', 'etl',
'etl', 'Nobody works on pool ''etl''', '{"workers": 0, "since": "2026-11-22T11:30:00+00:00", "a": null}',
'["prefect worker start --pool etl"]', '["run-1", "run-2"]', 3, NULL, '2026-11-22 11:29:00.000000',
'2026-11-22 11:30:00.000000', '2026-11-22 11:59:00.000000', '2026-11-22 11:31:00.000000', '2026-11-22 11:40:00.000000',
NULL, NULL, NULL
FROM lifeguard_servers;

INSERT INTO lifeguard_incidents
(server_id, fingerprint, code, severity, seen_severity, resource_kind, resource_id, resource_name, pool_name, title,
evidence, remedy, run_ids, affected_runs, caused_by, due_since, first_seen_at, last_seen_at, opened_at, escalated_at,
worse_since, gone_since, resolved_at)
SELECT id, 'queue-paused:work-queue:queue-1', 'queue-paused', 'info', 'info', 'work-queue', 'queue-1', 'default', 'etl',
'The queue is paused', '{"work_pool": "etl"}', '[]', '[]', 0, 'pool-no-workers:work-pool:pool-etl', NULL,
'2026-11-20 08:00:00.000000', '2026-11-20 09:00:00.000000', '2026-11-20 08:01:00.000000', NULL, NULL,
'2026-11-20 09:01:00.000000', '2026-11-20 09:06:00.000000'
FROM lifeguard_servers;

INSERT INTO lifeguard_changes
(incident_id, patrol_id, kind, at, severity, title, evidence, affected_runs, caused_by, told_at)
SELECT id, '6a0f6a1e-1111-4c1e-9d6e-0d6a5f1a0000', 'opened', '2026-11-22 11:31:00.000000', 'warning',
'Nobody works on pool ''etl''', '{"workers": 0}', 1, NULL, '2026-11-22 11:31:02.000000'
FROM lifeguard_incidents WHERE code = 'pool-no-workers';

INSERT INTO lifeguard_changes
(incident_id, patrol_id, kind, at, severity, title, evidence, affected_runs, caused_by, told_at)
SELECT id, '6a0f6a1e-1111-4c1e-9d6e-0d6a5f1a0001', 'escalated', '2026-11-22 11:40:00.000000', 'critical',
'Nobody works on pool ''etl''', '{"workers": 0}', 3, NULL, NULL
FROM lifeguard_incidents WHERE code = 'pool-no-workers';

INSERT INTO lifeguard_changes
(incident_id, patrol_id, kind, at, severity, title, evidence, affected_runs, caused_by, told_at)
SELECT id, '6a0f6a1e-1111-4c1e-9d6e-0d6a5f1a0002', 'reminded', '2026-11-22 11:50:00.000000', 'critical',
'Nobody works on pool ''etl''', '{"workers": 0}', 3, NULL, '2026-11-22 11:50:02.000000'
FROM lifeguard_incidents WHERE code = 'pool-no-workers';

INSERT INTO lifeguard_pages
(change_id, pager, due_at, fate, attempts, event_id, earlier_ids, posted_at, reason)
SELECT id, 'oncall', '2026-11-22 11:31:00.000000', 'delivered', 1, '6a0f6a1e-2222-4c1e-9d6e-0d6a5f1a0000',
'[]', '2026-11-22 11:31:02.000000', ''
FROM lifeguard_changes WHERE kind = 'opened';

INSERT INTO lifeguard_pages
(change_id, pager, due_at, fate, attempts, event_id, earlier_ids, posted_at, reason)
SELECT id, 'oncall', '2026-11-22 11:50:00.000000', 'silent', 2, '6a0f6a1e-2222-4c1e-9d6e-0d6a5f1a0002',
'["6a0f6a1e-2222-4c1e-9d6e-0d6a5f1a0001"]', '2026-11-22 11:50:02.000000', 'its rule fired, and the server does not say that it was sent'
FROM lifeguard_changes WHERE kind = 'reminded';

INSERT INTO lifeguard_pickups (pool, at, slot_seconds, counts, sum_seconds, max_seconds)
SELECT id, '2026-11-22 11:55:00.000000', 300,
'[1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]', 18.5, 9.75
FROM lifeguard_pools WHERE name = 'etl';

INSERT INTO lifeguard_pickup_totals (pool, counts, sum_seconds, max_seconds)
SELECT id, '[7, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]', 100018.5, 100000.0
FROM lifeguard_pools WHERE name = 'etl';

INSERT INTO lifeguard_fixes
(server_id, incident_id, fingerprint, code, resource_kind, resource_id, resource_name, at, steps, held)
SELECT server_id, id, fingerprint, code, resource_kind, resource_id, resource_name, '2026-11-22 11:55:00.000000',
'[{"what": "work pool ''etl'': is_paused from true to false", "fate": "done", "why": ""}]', true
FROM lifeguard_incidents WHERE opened_at IS NOT NULL AND resolved_at IS NULL;

INSERT INTO lifeguard_fixes
(server_id, incident_id, fingerprint, code, resource_kind, resource_id, resource_name, at, steps, held)
SELECT id, NULL, 'old-workers:work-pool:pool-etl', 'old-workers', 'work-pool', 'pool-etl', 'etl',
'2026-11-22 11:56:00.000000', '[]', NULL
FROM lifeguard_servers;

INSERT INTO lifeguard_parts (patrol_id, number, form, handed_out_at, stages_done, share)
VALUES ('6a0f6a1e-5555-4c1e-9d6e-0d6a5f1a0001', 1, 'ab0c9f0a6d2e4b71', '2026-11-22 11:57:00.000000', 2, 'abc')
;

INSERT INTO lifeguard_memory (server_id, key, form, read_at, content)
SELECT id, 'look', 'ab0c9f0a6d2e4b71', '2026-11-22 11:59:00.000000', 'http://127.0.0.1:4200/api' FROM lifeguard_servers
