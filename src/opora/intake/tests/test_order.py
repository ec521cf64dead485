"""An answer that was faster than the letter it answers."""

from datetime import timedelta

import pytest
import time_machine

from opora.desk.models import Ticket
from opora.intake import actions, rules
from opora.intake.models import Arrival
from opora.intake.tests.paper import a_letter, came
from opora.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db
FIRST = "<first@example.org>"


def test_it_waits_for_what_came_before_and_then_joins() -> None:
    question = a_letter(message_id=FIRST)
    older = actions.accept(door=cast.mailbox(), raw=b"question")
    answer = a_letter(in_reply_to=(FIRST,), text="And the till, too.")
    waiting = came(answer)
    assert (waiting.outcome, waiting.tries) == ("received", 0)
    actions.settle(arrival=older, letter=question)
    with time_machine.travel(clock.now() + rules.BEHIND_OLDER, tick=False):
        joined = actions.settle(arrival=waiting, letter=answer)
    assert (joined.outcome, joined.ticket) == ("joined", Ticket.objects.get())


def test_what_was_put_off_is_not_waited_for() -> None:
    older = actions.accept(door=cast.mailbox(), raw=b"older")
    actions.claim(arrival=older)
    actions.put_off(arrival=older)
    assert came(a_letter(in_reply_to=("<elsewhere@example.org>",))).outcome == "opened"


def test_a_new_letter_waits_for_nobody() -> None:
    actions.accept(door=cast.mailbox(), raw=b"older")
    assert came(a_letter()).outcome == "opened"


def test_it_is_woken_when_its_wait_is_over() -> None:
    actions.accept(door=cast.mailbox(), raw=b"older")
    waiting = came(a_letter(references=(FIRST,)))
    assert not Arrival.objects.due(clock.now()).filter(pk=waiting.pk).exists()
    later = clock.now() + rules.BEHIND_OLDER + timedelta(seconds=1)
    assert Arrival.objects.due(later).filter(pk=waiting.pk).exists()
