"""What clients who write English ask for."""

from opora.cli.demo.company import ANNA, DARIA, HELP, MARINA, OLEG, SERVERS, SITES, TIMUR
from opora.cli.demo.pictures import log, screenshot
from opora.cli.demo.steps import (
    Story,
    close,
    group,
    note,
    priority,
    reply,
    solve,
    tags,
    take,
    write,
)

STORIES = (
    Story(
        at=(12, "11:05"),
        mailbox=HELP,
        sender="emily.carter@harbourfinch.example",
        subject="Outlook keeps asking for the password",
        text="""
Hi,

since this morning Outlook asks for my password every few minutes, although the same password
works in the browser. Could you have a look?

Emily Carter
Harbour & Finch
""",
        files=(screenshot("outlook.png", lines=2),),
        steps=(
            (12, take(ANNA)),
            (
                8,
                reply(
                    ANNA,
                    """
Hello Emily,

your password was changed yesterday and Windows still remembers the old one. Please open
*Credential Manager → Windows Credentials*, remove the entries that begin with `outlook`, and
start Outlook again.

Anna
""",
                    then="ask",
                ),
            ),
            (25, write("That did it. Thank you very much!")),
            (3, solve(ANNA)),
            (4400, close(MARINA)),
        ),
    ),
    Story(
        at=(4, "16:25"),
        mailbox=HELP,
        sender="j.finch@hf-legal.example",
        subject="Second monitor and a docking station",
        text="Please order a second monitor and a dock for my desk. Same model as Emily's.",
        cc=("emily.carter@harbourfinch.example",),
        steps=(
            (55, take(ANNA)),
            (
                10,
                reply(
                    ANNA,
                    """
Hello Jonathan,

the monitor is in stock, the dock takes five working days. Both together come to 412 euros.
May we order them?

Anna
""",
                    then="ask",
                ),
            ),
            (1, tags(ANNA, "hardware")),
        ),
    ),
    Story(
        at=(2, "08:50"),
        mailbox=HELP,
        sender="reception.leith@bluedoor.example",
        subject="Guest Wi-Fi is down in the lobby",
        text="No guest Wi-Fi in the lobby since about 8, rooms are fine. The house is full today.",
        steps=(
            (3, priority(MARINA, "high")),
            (1, group(MARINA, SERVERS)),
            (4, take(TIMUR)),
            (
                9,
                reply(
                    TIMUR,
                    """
Good morning,

the access point in the lobby had lost its power over the cable. I have restarted its port and
it is up again. If it drops once more, I will have it replaced.

Timur
""",
                    then="solve",
                ),
            ),
            (14, write("Great, it works now. Thanks a lot!")),
        ),
    ),
    Story(
        at=(1, "14:05"),
        mailbox=HELP,
        sender="marcus.webb@bluedoor.example",
        subject="Booking page shows last year's prices",
        text="""
Hello,

the booking page for Leith shows last year's prices for December. I entered the new ones a week
ago, see the picture. Guests are already booking at the old rate.

Marcus Webb
Blue Door Hotels
""",
        files=(screenshot("prices.png", lines=4),),
        steps=(
            (8, priority(ANNA, "high")),
            (1, group(ANNA, SITES)),
            (10, take(DARIA)),
            (
                30,
                reply(
                    DARIA,
                    """
Hello Marcus,

found it: the page keeps a copy of the prices and did not notice the change. I have cleared the
copy for Leith, the right prices show now. I am looking for the reason, so that it does not
happen to the other hotels.

Daria
""",
                ),
            ),
            (6, note(DARIA, "The cache is cleared by a job that has not run since the 1st.")),
        ),
    ),
    Story(
        at=131,
        mailbox=HELP,
        sender="priya@tamarind.example",
        subject="Receipts carry the wrong VAT number",
        text="The card terminal prints our old VAT number on receipts. How do we change it? Priya",
    ),
    Story(
        at=(5, "19:40"),
        mailbox=HELP,
        sender="orders@tamarind.example",
        subject="Online orders arrive twice",
        text="Since the weekend some online orders print twice in the kitchen. Log attached.",
        files=(
            log(
                "orders.log",
                "18:02:41 order 88213 received",
                "18:02:41 order 88213 sent to kitchen-1",
                "18:02:44 order 88213 timeout, sending again",
                "18:02:44 order 88213 sent to kitchen-1",
            ),
        ),
        steps=(
            (780, group(ANNA, SITES)),
            (40, take(DARIA)),
            (
                35,
                reply(
                    DARIA,
                    """
Good morning,

the kitchen printer answers too late, and the order is sent once more. I have given it more time
tonight as a first aid. A proper repair follows: an order that was printed will never print again.

Daria
""",
                    then="ask",
                ),
            ),
            (420, write("Only one double order last night, so better, but not gone.")),
        ),
    ),
    Story(
        at=57,
        mailbox=HELP,
        sender="emily.carter@harbourfinch.example",
        subject="Shared drive: access for a new trainee",
        text="""
Hi,

our trainee Tom Reid starts on Monday and needs the folders "Templates" and "Cases 2026",
reading only.

Emily
""",
        cc=("j.finch@hf-legal.example",),
    ),
    Story(
        at=(8, "09:15"),
        mailbox=HELP,
        sender="marcus.webb@bluedoor.example",
        subject="Our domain expires next week",
        text="I got a letter that bluedoor.example expires next week. Is it real, and do we act?",
        steps=(
            (20, group(ANNA, SITES)),
            (30, take(DARIA)),
            (
                15,
                reply(
                    DARIA,
                    """
Hello Marcus,

the domain is renewed by us every year, the new term is already paid. The letter is a well-known
fraud: please do not pay anything.

Daria
""",
                    then="solve",
                ),
            ),
            (4400, close(DARIA)),
        ),
    ),
    Story(
        at=(10, "13:30"),
        mailbox=HELP,
        sender="priya@tamarind.example",
        subject="Kitchen display freezes during lunch",
        text="The order display in the kitchen froze three times during lunch. Restarting helps.",
        steps=(
            (7, priority(MARINA, "high")),
            (1, group(MARINA, SERVERS)),
            (5, take(OLEG)),
            (
                45,
                reply(
                    OLEG,
                    "Hello Priya, the device overheats: its fan is stuck. We bring another today.",
                ),
            ),
            (240, note(OLEG, "Replaced, the old one goes to the workshop.")),
            (
                5,
                reply(OLEG, "The new display is in place and tested with an order.", then="solve"),
            ),
            (4350, close(OLEG)),
        ),
    ),
    Story(
        at=(3, "12:40"),
        mailbox=HELP,
        sender="reception.leith@bluedoor.example",
        subject="Printer at reception asks for a PIN",
        text="The printer wants a PIN since today. Nobody here knows one.",
        steps=(
            (30, take(ANNA)),
            (
                10,
                reply(
                    ANNA,
                    "Hello, the PIN was switched on by its update. I have switched it off again.",
                    then="solve",
                    fails="550 5.1.1 <reception.leith@bluedoor.example>: Recipient address"
                    " rejected: User unknown in virtual mailbox table",
                ),
            ),
        ),
    ),
)
