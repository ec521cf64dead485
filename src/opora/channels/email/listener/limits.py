"""How much one listener lets itself be asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    letter: int = 50_000_000  # bytes, after dot-unstuffing
    recipients: int = 100  # a letter; RFC 5321 4.5.3.1.8 wants at least so many
    strangers: int = 50  # recipients refused in one connection: more is somebody guessing
    connections: int = 300  # all doors together
    peer_connections: int = 100  # of one address; a Unix socket counts only as connections
    threads: int = 4  # letters written down at once, each with a database connection
    room: int = 32 * 2**20  # bytes that must stay free where letters are kept
    # Seconds; RFC 5321 4.5.3.2 has the shortest that are fair.
    command: float = 300
    chunk: float = 180  # without a byte of the letter
    transaction: float = 3600  # from MAIL to the last byte
    answer: float = 600  # until the journal has it; senders wait as long
    stop: float = 5  # for transactions under way when we are told to end


# A word of SMTP -> how often one connection may say it. Many letters by one connection are welcome.
CALLS = {"*": 100, "BDAT": 1_000_000, "STARTTLS": 2, "VRFY": 10, "HELP": 10} | dict.fromkeys(
    ("MAIL", "RCPT", "DATA", "RSET", "NOOP"), 100_000
)
