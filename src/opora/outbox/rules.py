"""When to try again, when to stop, and how much a machine may say. Plain Python."""

from datetime import timedelta

# Longer than the slowest send: the transport gives up after 60 s at each step of the dialogue.
LEASE = timedelta(minutes=10)

# Waits after each try; then it is hopeless. In all about two and a half days.
WAITS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 720)
)

# Automatic letters let out within an hour: receipts to one address, receipts of one mailbox, and
# all that a machine says. Beyond the last the administrator is called.
RECEIPTS_OF_ADDRESS = 5
RECEIPTS_OF_MAILBOX = 200
BREAKER = 500
WINDOW = timedelta(hours=1)
AT_ONCE = 20  # more than are ever written in the same moment, on all machines

HELD_ADDRESS = "five receipts an hour to this address are enough"
HELD_MAILBOX = "this mailbox has sent its 200 receipts of the hour"
HELD_TURN = "waits its turn: receipts leave a few at a time"
HELD_NO_SERVER = "no server to send by is set up yet"
HELD_BREAKER = "500 automatic letters within an hour: stopped, an administrator was called"


def delay_after(tries: int) -> timedelta:
    return WAITS[min(tries, len(WAITS)) - 1]


def is_hopeless(tries: int, *, permanent: bool) -> bool:
    return permanent or tries > len(WAITS)


def hold_reason(*, of_address: int, of_mailbox: int, automatic: int) -> str:
    """Why an automatic letter has to wait; empty: it need not. Counts are of the last hour."""
    if automatic >= BREAKER:
        return HELD_BREAKER
    if of_address >= RECEIPTS_OF_ADDRESS:
        return HELD_ADDRESS
    if of_mailbox >= RECEIPTS_OF_MAILBOX:
        return HELD_MAILBOX
    return ""


def is_close(*, of_address: int, of_mailbox: int, automatic: int) -> bool:
    """Whether letters of the same moment, each blind to the others, could together pass a limit.

    At a first letter to an address they could not: it would take six at once.
    """
    if hold_reason(of_address=of_address, of_mailbox=of_mailbox, automatic=automatic):
        return False
    return (
        of_address > 0
        or of_mailbox >= RECEIPTS_OF_MAILBOX - AT_ONCE
        or automatic >= BREAKER - AT_ONCE
    )
