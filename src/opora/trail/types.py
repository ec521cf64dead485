from collections.abc import Callable

from opora.trail.models import Event

Reaction = Callable[[Event], None]

# Filled by opora.config.wiring. By kind of event: name and function of who reacts to it.
reactions: dict[str, dict[str, Reaction]] = {}
# Called in the transaction of an event that somebody reacts to: enqueues the job that runs them.
when_noted: list[Callable[[Event], None]] = []
# Called when a chain of causes was stopped: the administrator must hear of it.
when_endless: list[Callable[[Event], None]] = []
