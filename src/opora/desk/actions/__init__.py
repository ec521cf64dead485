"""The only writers of tickets and messages; one transaction each, the ticket's row locked."""

from opora.desk.actions.conversation import add_message, add_note, reply
from opora.desk.actions.demo import mark_demo, remove_demo
from opora.desk.actions.moves import (
    close,
    close_lapsed,
    hold,
    mark_delivery,
    recall,
    reopen,
    solve,
    take,
    wait,
    wake_held,
)
from opora.desk.actions.opening import open_ticket
from opora.desk.actions.properties import (
    assign,
    rename,
    set_company,
    set_group,
    set_priority,
    set_requester,
    set_tags,
)
from opora.desk.actions.uploads import drop_upload, keep_upload

__all__ = [
    "add_message",
    "add_note",
    "assign",
    "close",
    "close_lapsed",
    "drop_upload",
    "hold",
    "keep_upload",
    "mark_delivery",
    "mark_demo",
    "open_ticket",
    "recall",
    "remove_demo",
    "rename",
    "reopen",
    "reply",
    "set_company",
    "set_group",
    "set_priority",
    "set_requester",
    "set_tags",
    "solve",
    "take",
    "wait",
    "wake_held",
]
