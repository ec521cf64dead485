"""A letter on its way between the reading child and us.

    frame    length (8 bytes, big-endian), bytes
    child    -> a frame, empty: ready
    we       -> a frame: the raw letter
    child    -> a frame of JSON, a frame of the files one after the other

JSON and not pickle: a child that hostile mail has taken over must not be able to run code here.
"""

import json
import socket
import struct
import time
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from opora.intake.types import Attachment, Dsn, Letter

LENGTH = struct.Struct(">Q")
OUT_OF_MEMORY = 3  # exit code: at any step, even with half a letter read


class Broken(Exception):
    """The other side ended, or says what no child of ours would say."""


def send(link: socket.socket, *frames: bytes) -> None:
    """Raises TimeoutError, and Broken when nobody is there."""
    try:
        for frame in frames:
            link.sendall(LENGTH.pack(len(frame)))
            link.sendall(frame)
    except TimeoutError:
        raise
    except OSError as error:
        raise Broken from error


def receive(link: socket.socket, limit: int, deadline: float | None = None) -> bytearray:
    """One frame of at most `limit` bytes, until `deadline` of time.monotonic().

    Raises TimeoutError, and Broken at the end of the stream.
    """
    (length,) = LENGTH.unpack(_exactly(link, LENGTH.size, deadline))
    if length > limit:
        raise Broken
    return _exactly(link, length, deadline)


def _exactly(link: socket.socket, length: int, deadline: float | None) -> bytearray:
    content = bytearray(length)
    rest = memoryview(content)
    while rest:
        if deadline is not None:
            link.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            count = link.recv_into(rest)
        except TimeoutError:
            raise
        except OSError as error:
            raise Broken from error
        if not count:
            raise Broken
        rest = rest[count:]
    return content


def packed(letter: Letter) -> tuple[bytes, bytes]:
    contents = [file.content for file in letter.attachments]
    files = [asdict(replace(file, content=b"")) for file in letter.attachments]
    for file, content in zip(files, contents, strict=True):
        file["content"] = len(content)
    fields = {name: getattr(letter, name) for name in letter.__dataclass_fields__}
    fields["attachments"] = files
    fields["dsn"] = [asdict(dsn) for dsn in letter.dsn]
    fields["sent_at"] = letter.sent_at.isoformat() if letter.sent_at else None
    return json.dumps(fields, ensure_ascii=False).encode(), b"".join(contents)


def packed_trouble(reason: str) -> tuple[bytes, bytes]:
    return json.dumps({"trouble": reason}).encode(), b""


def unpacked(fields: dict[str, Any], contents: bytearray) -> Letter:
    """Raises Broken when it is no letter."""
    try:
        return _letter(fields, memoryview(contents))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Broken from error


def _letter(fields: dict[str, Any], contents: memoryview) -> Letter:
    files, place = [], 0
    for file in fields["attachments"]:
        end = place + file["content"]
        files.append(Attachment(**(file | {"content": bytes(contents[place:end])})))
        place = end
    sent_at = fields["sent_at"]
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    told["attachments"] = tuple(files)
    told["dsn"] = tuple(Dsn(**dsn) for dsn in fields["dsn"])
    told["sent_at"] = datetime.fromisoformat(sent_at) if sent_at else None
    return Letter(**told)
