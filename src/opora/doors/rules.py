"""What can be set and what cannot. Plain Python."""

import re
from zoneinfo import available_timezones

from opora.lib.addresses import readable, wire

# A name, or an address of either kind; whether somebody listens there is for a try to say.
HOST = re.compile(r"[^\s/@?#\[\]\x00-\x1f]{1,255}")
LONGEST = 365  # days


def clean_address(text: str) -> str:
    """A mailbox's address as it is kept; ValueError when mail cannot have it."""
    address = readable(text)
    wire(address)
    if not address.rpartition("@")[0].isascii():
        raise ValueError("most of the world's servers could not write to it")
    return address


def is_host(text: str) -> bool:
    return HOST.fullmatch(text) is not None


def is_port(number: int) -> bool:
    return 0 < number < 65536


def is_time_zone(name: str) -> bool:
    return name in available_timezones()


def is_delay(days: int) -> bool:
    return 0 <= days <= LONGEST
