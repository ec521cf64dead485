"""Content-Security-Policy: nothing runs, loads or frames our pages but what is our own.

Pages have no inline script and no inline style. `data:` pictures are the QR code of a second
factor, `blob:` ones the preview of a picture about to be sent. A view that must differ (a letter
shown as it was sent) sets the header itself, and it stays.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

HEADER = "Content-Security-Policy"

PAGES = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "media-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)

# A cleaned letter in its frame: its own styles and our own pictures, no script, no form, no link
# that would open inside the frame. `allow-same-origin` lets pictures be asked with the session.
LETTER = (
    "default-src 'none'; "
    "style-src 'unsafe-inline'; "
    "img-src 'self' data:; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)

# A stranger's file or letter as it came: nothing of it runs or loads, even opened as a page.
INERT = "default-src 'none'; sandbox"


class StrictContent:
    """Middleware: the policy on every answer that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, PAGES)
        return response


def as_letter(response: HttpResponse) -> HttpResponse:
    """The answer that carries a stranger's cleaned HTML for a frame of our pages."""
    response.headers[HEADER] = LETTER
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
