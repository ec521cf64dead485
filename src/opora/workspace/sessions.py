"""Sessions in the database, asked for by nothing but a key as they are made."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """A quoted cookie can hold a NUL: PostgreSQL would refuse the question, every time."""
        return bool(key) and str(key).isascii() and str(key).isalnum() and len(str(key)) == 32
