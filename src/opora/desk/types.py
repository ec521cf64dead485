from dataclasses import dataclass
from datetime import datetime

from opora.files.models import Blob


@dataclass(frozen=True)
class Enclosure:
    """A file that comes with a message; its bytes are already stored."""

    blob: Blob
    name: str
    media_type: str
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True)
class Said:
    """What somebody says, before it becomes a message of a ticket."""

    text: str
    html: str = ""
    reply_text: str = ""
    reference: str = ""  # their Message-ID
    cc: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    written_at: datetime | None = None  # empty: now
    is_proven: bool = True
    wants_receipt: bool = True  # False: automatic mail, or an import
    is_silent: bool = False  # an import: nothing leaves, nothing moves
