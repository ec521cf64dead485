"""The certificate that STARTTLS shows; a renewed one is taken up without a restart."""

import logging
import ssl
from pathlib import Path

from opora.lib.environment import BadSetting

log = logging.getLogger(__name__)


class Certificate:
    def __init__(self, certificate: str, key: str = "") -> None:
        """Paths of PEM files; the key may stand in the first. BadSetting when they are no pair."""
        self._files = (Path(certificate), Path(key or certificate))
        self._stamps = self._changed()
        try:
            self._context = self._load()
        except (OSError, ValueError) as error:
            raise BadSetting(
                f"OPORA_TLS_CERTIFICATE and OPORA_TLS_KEY cannot be used: {error}. They should be"
                " PEM files: the certificate with its chain, and its key without a password."
            ) from error

    def context(self) -> ssl.SSLContext:
        """Asked at each connection."""
        try:
            stamps = self._changed()
            if stamps != self._stamps:
                self._stamps = stamps
                self._context = self._load()
        except (OSError, ValueError):  # half renewed: the next connection sees the rest
            log.exception("The renewed certificate cannot be read yet; the old one is shown")
        return self._context

    def _load(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        # An encrypted key must be an error, not a question at a terminal.
        context.load_cert_chain(self._files[0], self._files[1], password=lambda: "")
        return context

    def _changed(self) -> list[int]:
        return [file.stat().st_mtime_ns for file in self._files]
