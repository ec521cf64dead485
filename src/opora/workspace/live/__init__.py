"""The live stream, GET /live/: tells open pages which tickets they may see have changed.

It carries ids and versions only; a page asks for what it shows. One event loop answers all streams
of a process; it never works on a ticket and never writes.

    event: up         the stream hears of changes (first word, or after it did not: look at all)
    event: down       it does not, because the database is away
    event: changed    {"tickets": [[id, version], …], "arrivals": bool, "deliveries": bool}
    event: ping       every 15 s, so that silence means a broken line
"""

from opora.workspace.live.application import Live


def stream() -> Live:
    """One for each process that serves."""
    return Live()
