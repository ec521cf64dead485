"""A desk of many tickets, written by SQL: 30 % open, 3 messages each, with events and arrivals."""

from django.db import connection

MESSAGES = 3


def fill(tickets: int) -> None:
    """Bring the desk to so many tickets; what is there stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_ticket")
        there = cursor.fetchone()[0]
        if there >= tickets:
            return
        for statement in STATEMENTS:
            cursor.execute(statement, {"first": there + 1, "last": tickets})
        # What the rows leave behind is done now, and not while something is measured.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


STATEMENTS = (
    """
    INSERT INTO people_person (password, name, email, role, language, time_zone, theme, density,
        is_active, is_demo, created_at)
    SELECT '!', 'Client ' || n, 'bench' || n || '@firm' || n %% 400 || '.example', 'requester',
        'ru', '', '', '', true, false, now()
      FROM generate_series(%(first)s::int, %(last)s, 10) n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO desk_ticket (subject, status, priority, requester_id, door_id, group_id,
        assignee_id, tags, language, hold_reason, has_news, trouble, opened_at, changed_at,
        solved_at, closed_at, version, is_demo)
    SELECT 'Не печатает принтер номер ' || n,
        CASE WHEN n %% 10 < 3 THEN (ARRAY['new', 'in_progress', 'waiting'])[1 + n %% 3]
             WHEN n %% 10 = 3 THEN 'solved' ELSE 'closed' END,
        'normal', p.id, d.id, g.ids[1 + n %% array_length(g.ids, 1)],
        CASE WHEN n %% 4 > 0 THEN a.ids[1 + n %% array_length(a.ids, 1)] END,
        '{}', 'ru', '', n %% 7 = 0, '', now() - (%(last)s - n) * interval '3 minutes',
        now() - (%(last)s - n) * interval '3 minutes',
        CASE WHEN n %% 10 > 2 THEN now() END, CASE WHEN n %% 10 > 3 THEN now() END, 3, false
      FROM generate_series(%(first)s::int, %(last)s) n,
           (SELECT array_agg(id ORDER BY id) ids FROM people_group) g,
           (SELECT array_agg(id ORDER BY id) ids FROM people_person
             WHERE role <> 'requester') a,
           (SELECT array_agg(id ORDER BY id) ids FROM people_person
             WHERE email LIKE 'bench%%') r,
           LATERAL (SELECT r.ids[1 + n / 10 %% array_length(r.ids, 1)] id) p,
           (SELECT min(id) id FROM doors_door) d
    """,
    """
    INSERT INTO desk_message (ticket_id, kind, author_id, text, html, reply_text, reference,
        is_proven, cc, written_at)
    SELECT t.id, CASE WHEN k = 2 THEN 'reply' ELSE 'request' END, t.requester_id,
        repeat('Добрый день. Принтер не печатает с утра, помогите. ', 10), '',
        repeat('Добрый день. Принтер не печатает с утра, помогите. ', 10),
        '<bench-' || t.id || '-' || k || '@firm.example>', true, '{}', t.opened_at
      FROM desk_ticket t, generate_series(1, 3) k
     WHERE NOT EXISTS (SELECT 1 FROM desk_message m WHERE m.ticket_id = t.id)
    """,
    """
    INSERT INTO trail_event (kind, about, about_id, actor_id, depth, changes, at)
    SELECT CASE WHEN k = 1 THEN 'ticket.opened' ELSE 'message.written' END, 'ticket', t.id,
        t.requester_id, 0,
        jsonb_build_object(CASE WHEN k = 1 THEN 'status' ELSE 'said' END,
            jsonb_build_array(NULL, CASE WHEN k = 1 THEN 'new' ELSE 'request' END)), t.opened_at
      FROM desk_ticket t, generate_series(1, 4) k
     WHERE NOT EXISTS (SELECT 1 FROM trail_event e WHERE e.about = 'ticket' AND e.about_id = t.id)
    """,
    """
    INSERT INTO files_blob (sha256, size, stored_at)
    SELECT encode(sha256(('bench' || t.id)::bytea), 'hex'), 2000, now() FROM desk_ticket t
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO intake_arrival (door_id, key, blob_id, sha256, size, envelope, times, is_silent,
        received_at, due_at, tries, outcome, reason, error, steps, settled_at, ticket_id, sender,
        sender_name, subject, message_id)
    SELECT t.door_id, b.sha256, b.id, b.sha256, b.size, '{}', 1, false, t.opened_at, t.opened_at, 1,
        'opened', '', '', '[]', t.opened_at, t.id, 'bench' || t.id || '@firm.example', '',
        t.subject, '<bench-' || t.id || '-1@firm.example>'
      FROM desk_ticket t JOIN files_blob b
        ON b.sha256 = encode(sha256(('bench' || t.id)::bytea), 'hex')
    ON CONFLICT DO NOTHING
    """,
)
