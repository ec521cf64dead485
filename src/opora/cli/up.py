"""`opora up`: PostgreSQL, migrations, then web, worker and mail; they start and end as one.

It imports no Django: it stays resident, and must be there when anything else fails.
"""

import argparse
import os
import sys
import tempfile

from opora.cli import Stopped, say
from opora.cli.children import Surroundings, opora, spawn
from opora.cli.lock import home_lock
from opora.cli.ports import check_ports, is_answering
from opora.cli.postgres import Cluster
from opora.cli.supervisor import AskedToStop, Part, Supervisor, pause, watch_signals
from opora.lib import environment
from opora.lib.environment import Environment

# Started in this order and stopped in the reverse; seconds each has to end by itself: with
# PostgreSQL's 2.0 less than 10 in all.
PARTS = {"web": 4.5, "worker": 2.0, "mail": 1.0}
POSTGRES_PATIENCE = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Settings are read from the environment: OPORA_HOME, OPORA_WEB, OPORA_MAIL, ..."
    parser.add_argument(
        "--demo", action="store_true", help="with the demo company, and links to sign in there"
    )


def run(arguments: argparse.Namespace) -> int:
    here = environment.read()
    watch_signals()
    with home_lock(here.home):
        supervisor = Supervisor(here.home)
        try:
            _bring_up(supervisor, here, demo=arguments.demo)
            _keep_up(supervisor)
        except AskedToStop:
            say("Stopping.")
        finally:
            supervisor.end()
    return os.EX_OK


def _bring_up(supervisor: Supervisor, here: Environment, *, demo: bool) -> None:
    check_ports({"OPORA_WEB": here.web, "OPORA_MAIL": here.mail}, pause)
    if not here.database_url:
        cluster = Cluster(here.home)
        cluster.prepare()
        server = supervisor.begin(
            Part("PostgreSQL", cluster.start, lambda child: cluster.stop(child, POSTGRES_PATIENCE))
        )
        cluster.wait_ready(server, pause)
    # The demo first: once it is there, nobody needs the page of the first run.
    links = _said_by("demo", "The demo could not be added") if demo else ""
    first_page = _said_by("migrate", "The database could not be brought up to date")
    for name, patience in PARTS.items():
        supervisor.begin(_part(name, patience))
    _announce(supervisor, here, first_page.strip())
    sys.stdout.write(links)
    sys.stdout.flush()


def _part(name: str, patience: float) -> Part:
    return Part(name, lambda: spawn(name, opora(name)), lambda child: child.stop(patience))


def _said_by(command: str, failure: str) -> str:
    """Run a command to its end in a process of its own; what it printed. Raises Stopped."""
    with tempfile.TemporaryFile() as result:
        child = spawn(command, opora(command), Surroundings(result=result))
        try:
            while not child.has_ended():
                pause(1.0)
        finally:
            child.stop(5.0)
        code = child.process.returncode
        if code != 0:
            raise Stopped(
                f"{failure}; the reason is above.", code if code > 0 else os.EX_UNAVAILABLE
            )
        result.seek(0)
        return result.read().decode()


def _announce(supervisor: Supervisor, here: Environment, first_page: str) -> None:
    """Say where everything is, once it answers there."""
    while not (is_answering(here.web) and is_answering(here.mail)):
        supervisor.tend()
        pause(0.05)
    say(
        f"Opora is open at {here.url}{first_page}, receives mail at {here.mail},"
        f" keeps everything in {here.home}; Ctrl-C stops it."
    )


def _keep_up(supervisor: Supervisor) -> None:
    while True:
        supervisor.tend()
        supervisor.wait()
