import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse

from opora.desk import actions
from opora.desk.models import Attachment, Message, Ticket
from opora.desk.types import Enclosure, Said
from opora.files import actions as files
from opora.files.models import Erasure
from opora.lib import clock
from opora.workspace.tickets.files import MAX_UPLOAD
from tests import cast

pytestmark = pytest.mark.django_db


def attached(name: str, media_type: str, raw: bytes = b"bytes", html: str = "") -> Attachment:
    """A file that came with Alice's letter; its content id is `pic@1`."""
    blob = files.store(raw=raw)
    file = Enclosure(blob, name, media_type, content_id="pic@1", is_inline=True)
    cast.a_ticket(said=Said(text="See", html=html, enclosures=(file,)))
    return Attachment.objects.get()


def fetch(file: Attachment, **headers: str) -> FileResponse:
    return cast.page_of(cast.dana()).get(f"/files/{file.pk}/", headers=headers)  # type: ignore[return-value]


def body_of(answer: FileResponse) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_a_picture_is_shown_in_its_place() -> None:
    answer = fetch(attached("cat.png", "image/png", b"\x89PNG"))
    assert body_of(answer) == b"\x89PNG"
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'inline; filename="cat.png"'


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("page.html", "text/html"),
        ("cat.svg", "image/svg+xml"),
        ("x.xml", "application/xml"),
        ("paper.pdf", "application/pdf"),
        ("cat.png", "image/png; charset=x\r\nSet-Cookie: a=b"),
    ],
)
def test_all_else_is_only_bytes_to_keep(name: str, media_type: str) -> None:
    answer = fetch(attached(name, media_type, b"<script>alert(1)</script>"))
    assert body_of(answer) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("media_type", ["image/png", "text/html"])
def test_nothing_of_a_file_can_run(media_type: str) -> None:
    answer = fetch(attached("x", media_type))
    body_of(answer)
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"


def test_names_of_files_are_kept_in_every_script() -> None:
    answer = fetch(attached("счёт\r\n №1.pdf", "application/pdf"))
    body_of(answer)
    assert (
        "filename*=utf-8''%D1%81%D1%87%D1%91%D1%82%20%E2%84%961.pdf"
        in (answer["Content-Disposition"])
    )


def test_a_browser_that_has_the_file_does_not_get_it_again() -> None:
    file = attached("cat.png", "image/png")
    first = fetch(file)
    body_of(first)
    again = fetch(file, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again["Content-Security-Policy"]) == (
        304,
        "default-src 'none'; sandbox",
    )


def test_an_erased_file_is_named_and_not_served() -> None:
    file = attached("passport.png", "image/png")
    act = Erasure.objects.create(
        sha256="0" * 64, size=5, actor_id=1, reason="asked", at=clock.now()
    )
    Attachment.objects.update(blob=None, erasure=act)
    assert fetch(file).status_code == 404
    page = cast.page_of(cast.dana()).get(f"/tickets/{Ticket.objects.get().pk}/").content.decode()
    assert "passport.png" in page
    assert f"/files/{file.pk}/" not in page


def test_a_letter_is_framed_with_the_pictures_that_came_with_it() -> None:
    html = '<p>Hi</p><img alt="" src="cid:pic%401"><img src="cid:other"><img src="cid:pic@1">'
    file = attached("cat.png", "image/png", html=html)
    answer = cast.page_of(cast.dana()).get(f"/letters/{Message.objects.get().pk}/")
    letter = answer.content.decode()
    assert letter.count(f'src="/files/{file.pk}/"') == 2
    assert 'src="cid:other"' in letter
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_message_without_html_has_no_letter() -> None:
    ticket = cast.a_ticket()
    answer = cast.page_of(cast.dana()).get(f"/letters/{cast.last_seen(ticket)}/")
    assert answer.status_code == 404


def test_a_file_that_mail_would_not_carry_is_refused() -> None:
    file = SimpleUploadedFile("big.bin", b"x" * (MAX_UPLOAD + 1))
    answer = cast.page_of(cast.dana()).post("/uploads/", {"file": file})
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert "larger than 25 MB" in answer.content.decode()


def test_an_upload_without_a_file_is_refused() -> None:
    assert cast.page_of(cast.dana()).post("/uploads/").status_code == 422


def test_a_note_has_its_files_for_agents_only() -> None:
    ticket = cast.a_ticket()
    kept = actions.keep_upload(actor=cast.dana(), raw=b"x", name="x", media_type="text/plain")
    actions.add_note(actor=cast.dana(), ticket=ticket, text="See", upload_ids=[kept.pk])
    file = Attachment.objects.get()
    assert cast.page_of(cast.alice()).get(f"/files/{file.pk}/").status_code == 403
