class Refusal(Exception):
    """The user asked for something that cannot be done; the text is shown to them."""


class Unreadable(Exception):
    """What came in cannot be understood. It stays in the journal for a human."""


class DeliveryFailed(Exception):
    """It did not leave. `permanent`: trying again will not help; `perhaps_gone`: or it did."""

    def __init__(self, reason: str, *, permanent: bool = False, perhaps_gone: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.perhaps_gone = perhaps_gone


class NoWayOut(Exception):
    """There is nothing to send by yet: held, not failed."""
