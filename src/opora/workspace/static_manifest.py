"""Which built file stands behind a name of the source: `app.ts` -> `assets/app-B3x9.js`."""

import json
import time
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

STATIC = Path(__file__).parent.parent / "static"
MANIFEST = STATIC / "manifest.json"


def url_of(source: str) -> str:
    """The address of a built file; raises ImproperlyConfigured when there is none."""
    try:
        return f"/{settings.STATIC_URL.strip('/')}/{_built(_stamp(int(time.monotonic())))[source]}"
    except KeyError as error:
        raise ImproperlyConfigured(f"The build made no {source}.") from error


@lru_cache(maxsize=1)
def _stamp(_second: int) -> int:
    """Changes with every build; looked at once a second, since a page names 90 icons."""
    try:
        return MANIFEST.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise ImproperlyConfigured("The pages are not built yet: run `make setup`.") from error


@lru_cache(maxsize=1)
def _built(_stamp: int) -> dict[str, str]:
    entries = json.loads(MANIFEST.read_text())
    return {source: entry["file"] for source, entry in entries.items()}
