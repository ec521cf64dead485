from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from opora.desk.models import Upload
from opora.desk.types import Enclosure
from opora.files import actions as files
from opora.lib import clock
from opora.lib.errors import Refusal
from opora.people.models import Person


@transaction.atomic
def keep_upload(*, actor: Person, raw: bytes, name: str, media_type: str) -> Upload:
    """Keep a file for the answer being written; whoever uploaded it may enclose it."""
    if not actor.is_agent:
        raise PermissionDenied
    return Upload.objects.create(
        owner=actor,
        blob=files.store(raw=raw),
        name=name[-255:],
        media_type=media_type[:255],
        uploaded_at=clock.now(),
    )


@transaction.atomic
def drop_upload(*, actor: Person, upload_id: int) -> None:
    Upload.objects.filter(owner=actor, id=upload_id).delete()


def take_uploads(actor: Person, upload_ids: Collection[int]) -> tuple[Enclosure, ...]:
    """Turn the actor's uploads into enclosures, in the order given."""
    uploads = Upload.objects.select_related("blob").filter(owner=actor).in_bulk(upload_ids)
    if len(uploads) != len(set(upload_ids)):
        raise Refusal(_("A file is gone: add it once more. Your text is kept."))
    enclosures = tuple(
        Enclosure(uploads[key].blob, uploads[key].name, uploads[key].media_type)
        for key in dict.fromkeys(upload_ids)
    )
    Upload.objects.filter(id__in=uploads).delete()
    return enclosures
