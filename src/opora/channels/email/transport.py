"""Sends a delivery by SMTP: by its mailbox's own server, or by the common one."""

from opora.channels.email.compose import compose
from opora.channels.email.dialogue import OPENING, TROUBLE, Dialogue, Envelope, words_of
from opora.doors import selectors as doors
from opora.doors.models import Door
from opora.files import actions as files
from opora.lib import addresses
from opora.lib.errors import DeliveryFailed, NoWayOut
from opora.outbox.models import Delivery


class SmtpTransport:
    """Implements opora.outbox.types.Transport.

    What happens                                        how it ends
    2xx to the whole letter                             its answer is returned
    no server is set up                                 NoWayOut: held
    name, connection, encryption, greeting, login       DeliveryFailed: tried again; an
      fail or are refused, with whatever code             administrator can mend it
    4xx to sender, recipient or letter                  DeliveryFailed: tried again
    5xx to sender, recipient or letter                  DeliveryFailed(permanent)
    530, 534, 535, 538: it wants (another) login        DeliveryFailed: tried again
    an address that cannot be written, or one like      DeliveryFailed(permanent)
      алиса@example.org and a server without SMTPUTF8
    connection lost before the end of the letter        DeliveryFailed: tried again
    lost after it, no answer in time, or nonsense       DeliveryFailed(perhaps_gone): tried again
    anything wrong after 2xx, at QUIT                   nothing: it has been taken
    """

    def send(self, delivery: Delivery) -> str:
        door = _door_of(delivery.door_id)
        server = doors.server_for(door)
        if server is None:
            raise NoWayOut
        envelope, letter = _written(delivery, door)
        dialogue = Dialogue(server, hello=envelope.domain)
        try:
            _open(dialogue)
            return dialogue.deliver(envelope, letter)
        except TROUBLE as error:
            raise DeliveryFailed(words_of(error)) from error
        finally:
            dialogue.leave()

    def has_way(self, door_id: int | None) -> bool:
        return doors.server_for(_door_of(door_id)) is not None


def _open(dialogue: Dialogue) -> None:
    for step, take in OPENING:
        try:
            take(dialogue)
        except TROUBLE as error:
            raise DeliveryFailed(f"{step.value}: {words_of(error)}") from error


def _written(delivery: Delivery, door: Door | None) -> tuple[Envelope, bytes]:
    """Bounces come back to the sender of the envelope: the mailbox, else whoever stands in From."""
    sender = door.address if door else addresses.parse_entry(delivery.sender)[1]
    rows = delivery.files.select_related("blob").order_by("id")
    contents = [(row, files.read(row.blob)) for row in rows]
    try:
        envelope = Envelope(addresses.wire(sender), addresses.wire(delivery.recipient))
        return envelope, compose(delivery, contents)
    except ValueError as error:
        raise DeliveryFailed(str(error), permanent=True) from error


def _door_of(door_id: int | None) -> Door | None:
    return Door.objects.select_related("server").filter(id=door_id).first() if door_id else None
