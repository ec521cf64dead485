import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from opora.workspace.live.types import Away

PATIENCE = 10.0  # seconds; a database that hangs is away
P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """A thread with a connection, which asks by Django's models, one question after another."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "live")

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises Away."""

        def asked() -> T:
            close_old_connections()
            return question(*args, **kwargs)

        answer = asyncio.get_running_loop().run_in_executor(self._thread, asked)
        try:
            return await asyncio.wait_for(answer, PATIENCE)
        except (OperationalError, InterfaceError, TimeoutError) as error:
            raise Away from error

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, connections.close_all)
        self._thread.shutdown(wait=False)
