"""What is asked of any PostgreSQL, the embedded one or a foreign one. Django is loaded."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from opora.cli.doctor.finding import Finding, ok, warning, wrong

OLDEST = 15
# What would lose data at a power cut, or hide that it did: name -> the values that are safe.
SAFE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
    "zero_damaged_pages": {"off"},
    "ignore_checksum_failure": {"off"},
}
DRIFT = 5.0  # seconds between two clocks that is still no harm


def version() -> Iterator[Finding]:
    number, text = _ask("SELECT current_setting('server_version_num')::int, version()")
    is_replica, encoding = _ask("SELECT pg_is_in_recovery(), current_setting('server_encoding')")
    if number // 10000 < OLDEST:
        yield wrong("database", f"{text}: Opora needs PostgreSQL {OLDEST} or newer")
    elif is_replica:
        yield wrong("database", "it is a replica and cannot be written: name the primary")
    elif encoding != "UTF8":
        yield wrong("database", f"its encoding is {encoding}: make a new one with ENCODING 'UTF8'")
    else:
        yield ok("database", text.split(" on ")[0])


def locale() -> Iterator[Finding]:
    """Under the locale C of an operating system a database does not know Russian capitals."""
    lower, ilike, stems = _ask(
        "SELECT lower('ПРИНТЕР') = 'принтер', 'ПРИНТЕР' ILIKE 'принтер',"
        " to_tsvector('russian', 'ПРИНТЕРЫ') @@ to_tsquery('russian', 'принтер')"
    )
    if lower and ilike and stems:
        yield ok("locale", "search knows capitals and word forms of Russian")
    else:
        yield wrong(
            "locale",
            "search misses Russian words: make a new database with LOCALE 'C.UTF-8' (or another"
            " UTF-8 one) and move there by `opora backup` and `opora restore`",
        )


def durability() -> Iterator[Finding]:
    values = {name: str(_ask("SELECT current_setting(%s)", name)[0]) for name in SAFE}
    unsafe = [name for name, safe in SAFE.items() if values[name] not in safe]
    for name in unsafe:
        should = min(SAFE[name], key=len)
        yield wrong(
            "durability",
            f"{name} is {values[name]}: a power cut would lose letters that were acknowledged; set"
            f" {name} = {should}",
        )
    unlogged = _ask(
        "SELECT string_agg(relname, ', ') FROM pg_class"
        " WHERE relpersistence = 'u' AND relkind = 'r'"
    )[0]
    if unlogged:
        yield wrong("durability", f"a crash would empty {unlogged}: ALTER TABLE ... SET LOGGED")
    elif not unsafe:
        yield ok("durability", "what is committed is on the disk")


def migrations() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield wrong("tables", "older than this Opora: restart it, or run `opora migrate`")
    else:
        yield ok("tables", "up to date")


def has_our_tables() -> bool:
    return bool(_ask("SELECT to_regclass('intake_arrival') IS NOT NULL")[0])


def clock() -> Iterator[Finding]:
    before = datetime.now(UTC)
    (theirs,) = _ask("SELECT clock_timestamp()")
    after = datetime.now(UTC)
    drift = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if drift > DRIFT:
        yield warning("clock", f"ours and the database's differ by {drift:.0f} s: let NTP set both")
    else:
        yield ok("clock", "ours and the database's agree")


def _ask(question: str, *values: str) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question, values or None)
        return tuple(cursor.fetchone())


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    version,
    locale,
    durability,
    migrations,
    clock,
)
