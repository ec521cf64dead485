"""What people see when something broke on our side; nothing here may ask the database."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from opora.lib import outages

RETRY_AFTER = 10  # seconds


def show_fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 when the database or the disk is away, which passes; else 500."""
    outage = outages.find_outage(outages.causes(sys.exc_info()[1]))
    if outage is None:
        return server_error(request)
    again = request.path if request.method == "GET" else "/"
    said = {"again": again, "is_disk_full": outages.is_disk_full(outage)}
    answer = HttpResponse(render_to_string("503.html", said), status=503)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer
