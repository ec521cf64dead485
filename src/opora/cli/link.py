"""`opora link ADDRESS`: a link that signs an agent in once, for who is locked out."""

import argparse
import os
import sys

from opora.cli import Stopped
from opora.cli.application import database_at_hand
from opora.lib import environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="the agent's mail address")


def run(arguments: argparse.Namespace) -> int:
    """The link goes to stdout; earlier links of theirs end, and the audit has it."""
    here = environment.read()
    with database_at_hand(here):
        from opora.doors.letters import link_path
        from opora.people import actions, selectors

        person = selectors.find_person(arguments.address)
        if person is None or not person.is_agent:
            raise Stopped(f"Nobody with the address {arguments.address} works here.", os.EX_NOUSER)
        token = actions.invite_from_shell(person=person)
        sys.stdout.write(f"{here.url}{link_path(token)}\n")
    return os.EX_OK
