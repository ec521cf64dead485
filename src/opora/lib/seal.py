"""Passwords we must be able to use, such as those of mail servers, sealed in the database.

The seal's key is derived from the secret key of the home: a stolen dump alone opens nothing.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from opora.lib.errors import Refusal


def seal(text: str, *, secret: str) -> str:
    """Empty stays empty: no password is no secret."""
    return _fernet(secret).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, *, secret: str) -> str:
    try:
        return _fernet(secret).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        # The dump was restored without its secret file.
        raise Refusal("The stored password cannot be opened: enter it again.") from None


def _fernet(secret: str) -> Fernet:
    digest = hashlib.sha256(b"opora seal:" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
