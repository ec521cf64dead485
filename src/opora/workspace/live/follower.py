import asyncio
import random
from collections.abc import Callable
from typing import Any, NoReturn

import psycopg
from django.db import connections

from opora.trail import selectors as trail
from opora.trail.actions import CHANNEL
from opora.trail.selectors import Position
from opora.workspace.live import news
from opora.workspace.live.database import Database
from opora.workspace.live.news import Batch
from opora.workspace.live.types import Away

POLL = 5.0  # seconds; a notification that was lost costs no more
GATHER = 0.2  # seconds in which what happens together is told together
SOON = 0.2  # seconds until events of transactions still under way are looked for again
SLOWEST = 5.0  # seconds between attempts to listen again


class Follower:
    """Listens to the database and finds out what has changed.

    While there is nothing to listen to, it still looks, every few seconds; only when it can do
    neither, the pages are down. `say(True)`: we hear again, and may have missed something.
    """

    def __init__(
        self, database: Database, hear: Callable[[Batch], None], say: Callable[[bool], None]
    ) -> None:
        self.database = database
        self.hear = hear
        self.say = say
        self.is_up = False
        self.position: Position | None = None
        self.wait = POLL
        self.pause = 0.0

    async def follow(self) -> NoReturn:
        while True:
            try:
                await self._listen()
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError, TimeoutError):
                self.pause = min(SLOWEST, self.pause * 2 + 0.2)
            await self._look(set())
            # Processes that lost the same database do not come back to it all at once.
            await asyncio.sleep(self.pause * random.uniform(0.5, 1))  # noqa: S311

    async def _listen(self) -> NoReturn:
        """Raises when the connection is lost."""
        listening = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
        async with listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            self.pause = 0.0
            self.is_up = False  # what was only hinted at may have been missed
            await self._look(set())
            while True:
                first = listening.notifies(timeout=self.wait, stop_after=1)
                hints = {notice.payload async for notice in first}
                if hints:
                    more = listening.notifies(timeout=GATHER)
                    hints |= {notice.payload async for notice in more}
                await self._look(hints)

    async def _look(self, hints: set[str]) -> None:
        try:
            if self.position is None:
                self.position = await self.database.ask(trail.find_end)
            batch, self.position, is_all = await self.database.ask(news.read, self.position, hints)
        except Away:
            self._set_up(False)
            return
        self.wait = POLL if is_all else SOON
        self._set_up(True)
        if batch != news.NOTHING:
            self.hear(batch)

    def _set_up(self, is_up: bool) -> None:
        if is_up != self.is_up:
            self.is_up = is_up
            self.say(is_up)


def _parameters() -> dict[str, Any]:
    """Of Django's database, for a connection of our own; a silent one is found dead in 25 s."""
    given = connections["default"].get_connection_params()
    given.pop("cursor_factory", None)
    alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    return given | alive | {"connect_timeout": 10}
