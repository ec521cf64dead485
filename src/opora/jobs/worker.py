"""Runs jobs as they are woken, by Procrastinate. One process; `opora worker` starts several."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg_pool
from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from opora.jobs.types import jobs

log = logging.getLogger(__name__)
PATIENCE = 1.5  # seconds for jobs under way when we are told to end
PAUSE = 1.0  # seconds before another attempt, when the database went away
POLL = 5.0  # seconds; a lost notification costs no more


def work(concurrency: Mapping[str, int]) -> None:
    """Run jobs until SIGTERM; `concurrency`: how many at once of each queue."""
    register()
    connection.close()
    asyncio.run(_work(concurrency))


def register() -> None:
    """Make Procrastinate's tasks of our jobs; it must know them to run them."""
    for name, job in jobs.items():
        if name not in app.tasks:
            app.task(name=name, queue=job.queue)(job.run)


async def _work(concurrency: Mapping[str, int]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sum(concurrency.values()), "job"))
    ending = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ending.set)
    loop.add_signal_handler(signal.SIGINT, ending.set)
    while not ending.is_set():
        running = asyncio.create_task(_run(concurrency))
        stop = asyncio.create_task(ending.wait())
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        await _ended(running)
        stop.cancel()
        if not ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), PAUSE)


async def _ended(running: asyncio.Task[None]) -> None:
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        return
    except Exception:
        log.warning("The database went away; trying again.", exc_info=True)


async def _run(concurrency: Mapping[str, int]) -> None:
    """Until cancelled, or the database goes away."""
    # An app beside the global one: what our jobs wake belongs to their own transactions.
    ours = app.with_connector(_connector(len(concurrency)))
    async with ours.open_async(), asyncio.TaskGroup() as group:
        for queue, count in concurrency.items():
            group.create_task(_run_queue(ours, queue, count))


async def _run_queue(ours: App, queue: str, count: int) -> None:
    await ours.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=count,
        delete_jobs="successful",
        install_signal_handlers=False,
        shutdown_graceful_timeout=PATIENCE,
        fetch_job_polling_interval=POLL,
        abort_job_polling_interval=3600,  # nobody aborts: the row would be found again
    )
    raise ConnectionError(f"The worker of the queue {queue} ended by itself.")


def _connector(queues: int) -> PsycopgConnector:
    """For each queue a connection that listens, and one that fetches."""
    return PsycopgConnector(
        kwargs=connector_params(),
        min_size=1,
        max_size=2 * queues,
        timeout=10,
        reconnect_timeout=10,
        pool_factory=psycopg_pool.AsyncConnectionPool,
    )
