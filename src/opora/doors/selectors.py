from django.db.models import QuerySet

from opora.doors.models import Door, OutgoingServer, Service
from opora.lib.addresses import readable, wire


def service() -> Service:
    """What is set for the whole service; the defaults before the first run."""
    return Service.objects.filter(id=1).first() or Service(id=1, name="Opora")


def mailboxes() -> QuerySet[Door]:
    return Door.objects.filter(channel="email", is_active=True).order_by("id")


def find_mailbox(address: str) -> Door | None:
    """The mailbox of an address as people write it: any case, with or without +something."""
    local, _, domain = readable(address).rpartition("@")
    if not local or not domain:
        return None
    plain = f"{local.partition('+')[0]}@{domain}"
    found = mailboxes().filter(address__in=[f"{local}@{domain}", plain])
    # The exact one first, should a mailbox itself have a plus in its name.
    return max(found, key=lambda door: len(door.address), default=None)


def first_mailbox() -> Door | None:
    return mailboxes().first()


def addresses() -> set[str]:
    """Ours, each as people read it and as SMTP carries it."""
    ours = list(Door.objects.filter(channel="email").values_list("address", flat=True))
    return {form for address in ours for form in (address, wire(address))}


def server_for(door: Door | None) -> OutgoingServer | None:
    """The mailbox's own server, else the common one; None: nothing can leave yet."""
    if door is not None and door.server is not None:
        return door.server
    return OutgoingServer.objects.filter(is_common=True).first()
