"""Files and letters of tickets, served so that nothing of them runs, and uploads for an answer."""

import html
import re
from collections.abc import Mapping
from urllib.parse import unquote

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from opora.desk import actions
from opora.desk.models import Attachment, Message, Upload
from opora.desk.selectors import tickets_for
from opora.files.actions import path_of
from opora.files.models import Blob
from opora.lib.errors import Refusal
from opora.people.models import Person
from opora.workspace.csp import HEADER, INERT, as_letter
from opora.workspace.request import actor_of

MAX_UPLOAD = 25_000_000  # what common mail servers still take, grown by a third in base64
# Pictures that only are pictures; SVG is a document that may carry script.
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"}
_CID = re.compile(r'(<img\b[^>]*?\bsrc=")cid:([^"]*)(")', re.IGNORECASE)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """201 {"id", "name", "size"}; what cannot be kept is refused with a sentence, as 422."""
    actor, file = actor_of(request), request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise Refusal(_("There is no file."))
        kept = keep(actor, file)
    except Refusal as refusal:
        plain = "text/plain; charset=utf-8"
        return HttpResponse(str(refusal), status=422, content_type=plain)
    return JsonResponse({"id": kept.pk, "name": kept.name, "size": file.size}, status=201)


def keep(actor: Person, file: UploadedFile) -> Upload:
    if (file.size or 0) > MAX_UPLOAD:
        raise Refusal(_("The file is larger than 25 MB: many mail servers would refuse it."))
    return actions.keep_upload(
        actor=actor,
        raw=file.read(),
        name=file.name or _("file"),
        media_type=file.content_type or "application/octet-stream",
    )


@require_GET
def file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    seen = tickets_for(actor_of(request))
    found = get_object_or_404(
        Attachment.objects.select_related("blob"),
        id=file_id,
        message__ticket__in=seen,
    )
    if found.blob is None:
        raise Http404  # erased: the page says by whom and why
    etag = f'"{found.pk}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or _as_file(found, found.blob)
    response.headers[HEADER] = INERT
    response.headers["Cache-Control"] = "private, no-cache"  # rights are asked for every time
    response.headers["ETag"] = etag
    return response


def _as_file(attachment: Attachment, blob: Blob) -> FileResponse:
    is_picture = attachment.media_type in PICTURES
    return FileResponse(
        path_of(blob.sha256).open("rb"),
        as_attachment=not is_picture,
        filename="".join(sign for sign in attachment.name if sign.isprintable()) or "file",
        content_type=attachment.media_type if is_picture else "application/octet-stream",
    )


@require_GET
def letter(request: HttpRequest, message_id: int) -> HttpResponse:
    """What was sent, for a frame without any right; pictures from elsewhere stay away."""
    written = Message.objects.exclude(html="").prefetch_related("attachments")
    seen = tickets_for(actor_of(request))
    message = get_object_or_404(written, id=message_id, ticket__in=seen)
    inline = {each.content_id: each.pk for each in message.attachments.all() if each.content_id}
    body = mark_safe(with_pictures(message.html, inline))  # noqa: S308  cleaned when it was read
    return as_letter(render(request, "workspace/tickets/letter.html", {"body": body}))


def with_pictures(letter: str, inline: Mapping[str, int]) -> str:
    """Pictures that came with the letter, in their places; `inline`: attachments by content id."""

    def replaced(match: re.Match[str]) -> str:
        number = inline.get(unquote(html.unescape(match[2])).strip("<>"))
        return f"{match[1]}{reverse('workspace:file', args=[number])}{match[3]}" if number else ""

    return _CID.sub(lambda match: replaced(match) or match[0], letter)
