"""The demo's house: its service, brands and mailboxes, and how they are taken away again."""

from collections.abc import Collection

from django.db import transaction

from opora.doors.models import Brand, Door, Service
from opora.people import selectors as people
from opora.people.demo import can_go
from opora.people.models import Group
from opora.trail import actions as trail


def found_service(*, name: str, language: str, time_zone: str) -> bool:
    """Name the service, unless it already has its name; whether this made it."""
    given = {"name": name, "language": language, "time_zone": time_zone}
    return Service.objects.get_or_create(id=1, defaults=given)[1]


def add_brand(*, name: str) -> tuple[Brand, bool]:
    return Brand.objects.get_or_create(name=name)


def add_mailbox(*, address: str, brand: Brand, group: Group, **given: str) -> Door:
    """A mailbox of the demo; one that is already there stays as it is, and real."""
    defaults = {**given, "brand": brand, "group": group, "is_demo": True}
    return Door.objects.get_or_create(channel="email", address=address, defaults=defaults)[0]


@transaction.atomic
def remove_mailboxes() -> list[Door]:
    """Return those that stay, since real letters came by them."""
    doors = list(Door.objects.filter(is_demo=True).order_by("id"))
    ids = [door.pk for door in doors]
    staying = [door for door in doors if not can_go(door)]
    trail.forget(about="mailbox", about_ids=set(ids) - {door.pk for door in staying})
    Door.objects.filter(id__in=[door.pk for door in staying]).update(is_demo=False)
    return staying


@transaction.atomic
def remove_house(*, brands: Collection[int], has_service: bool) -> None:
    """Take away brands without mailboxes; the service too, when nobody works in it any more."""
    for brand in Brand.objects.filter(id__in=brands):
        can_go(brand)
    is_empty = not Door.objects.exists() and not people.agents().exists()
    if has_service and is_empty:
        Service.objects.filter(id=1).delete()
