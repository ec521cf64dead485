"""Whatever a client calls a file: it is kept, and comes back as a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opora.desk.models import Attachment
from tests import cast

pytestmark = pytest.mark.django_db

NAMES = (
    *("\0.txt", "../../etc/passwd", 'a"\r\nSet-Cookie: x=y.txt', "x" * 900, "\u202egnp.exe", "..."),
    *(";filename=evil.html", "%00%0d%0a", "счёт.pdf", "<script>.html"),
)
PAGE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def enclosed(name: str) -> Attachment:
    """Uploaded by Dana and put into a note."""
    browser, ticket = cast.page_of(cast.dana()), cast.a_ticket()
    file = SimpleUploadedFile("x", PAGE, "image/svg+xml")
    file._name = name  # type: ignore[attr-defined]  # as a hostile client sends it
    answer = browser.post("/uploads/", {"file": file})
    assert answer.status_code == 201
    note = {"kind": "note", "text": "see", "attachments": str(answer.json()["id"])}
    assert browser.post(f"/tickets/{ticket.pk}/say/", note).status_code == 302
    assert browser.get(f"/tickets/{ticket.pk}/").status_code == 200
    return Attachment.objects.get()


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name[:12]))
def test_a_file_of_any_name_is_saved(name: str) -> None:
    answer = cast.page_of(cast.dana()).get(f"/files/{enclosed(name).pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Disposition"].isprintable()
    assert not {"Set-Cookie", "X"} & set(answer.headers)
    answer.close()
