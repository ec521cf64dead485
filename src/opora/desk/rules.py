"""How a ticket moves. Plain Python: no clock, no database."""

import re
from datetime import datetime, timedelta

NEW, IN_PROGRESS, WAITING = "new", "in_progress", "waiting"
ON_HOLD, SOLVED, CLOSED = "on_hold", "solved", "closed"
STATUSES = (NEW, IN_PROGRESS, WAITING, ON_HOLD, SOLVED, CLOSED)
OPEN = (NEW, IN_PROGRESS, WAITING, ON_HOLD)

# What each move makes of each status; None: refused.
# fmt: off
MOVES: dict[str, tuple[str | None, ...]] = {
    #          from new     in_progress  waiting      on_hold      solved       closed
    "take":   (IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, None),
    "reply":  (IN_PROGRESS, IN_PROGRESS, WAITING,     ON_HOLD,     SOLVED,      None),
    "ask":    (WAITING,     WAITING,     WAITING,     WAITING,     WAITING,     None),
    "hold":   (ON_HOLD,     ON_HOLD,     ON_HOLD,     ON_HOLD,     ON_HOLD,     None),
    "solve":  (SOLVED,      SOLVED,      SOLVED,      SOLVED,      SOLVED,      None),
    "reopen": (None,        None,        None,        None,        IN_PROGRESS, IN_PROGRESS),
    # The requester's. A word after the grace period opens another ticket instead.
    "write":  (NEW,         IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IN_PROGRESS),
    "thank":  (NEW,         IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, SOLVED,      CLOSED),
    "close":  (CLOSED,      CLOSED,      CLOSED,      CLOSED,      CLOSED,      CLOSED),
    # Nobody's: something went wrong, the date of a hold has come, a solved one was left alone.
    "recall": (NEW,         IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, IN_PROGRESS),
    "wake":   (None,        None,        None,        IN_PROGRESS, None,        None),
    "lapse":  (None,        None,        None,        None,        CLOSED,      None),
}
# fmt: on

# Words of which a letter may consist that only thanks. Lower case, without punctuation.
_THANKS = re.compile(
    r"(?:(?:большое|огромное|все|всё|заработало|работает|получилось|да|ок|спасибо|благодарю|"
    r"благодарим|вам|вас|за|помощь|оперативность|теперь|отлично|супер|хорошо|понятно|принято|"
    r"здравствуйте|добрый|день|работают|заработали|помогло|помогли|решено|разобрались|"
    r"разобрался|разобралась|быстро|оперативно|быструю|реакцию|класс|в порядке|"
    r"вопрос реш[её]н|проблема решена|можно закрывать|"
    r"ok|okay|thanks|thank|you|very|so|much|many|a|lot|great|perfect|it|works|now|all|good|"
    r"for|the|your|help|cheers|hi|hello|quick|fast|fixed|solved|sorted|appreciated|"
    r"(?:it|all|everything) (?:is|s) (?:working|fine))\s*)+"
)
_HEART = re.compile(r"спасибо|благодар|thank|cheers")


def find_next(move: str, status: str) -> str | None:
    return MOVES[move][STATUSES.index(status)]


def is_mere_thanks(text: str) -> bool:
    """Whether a requester's word only thanks, so that a solved ticket may stay solved.

    When in doubt it does not: a ticket reopened for nothing costs a click, a request overlooked
    costs a client.
    """
    words = re.sub(r"[^\w\s]|_", " ", text.lower()).strip()
    if not words or len(words) > 120 or not _HEART.search(words):
        return False
    return "?" not in text and _THANKS.fullmatch(words) is not None


def is_within_grace(closed_at: datetime | None, now: datetime, days: int) -> bool:
    return closed_at is None or now - closed_at <= timedelta(days=days)


def clean_subject(subject: str) -> str:
    """The subject without our number and without the Re: of mail programs before it."""
    return re.sub(
        r"^(?:\s*(?:(?:re|aw|sv|отв|ответ|на)\s*(?:\[\d+\])?:|\[#\d+\]))+\s*",
        "",
        subject,
        flags=re.I,
    )
