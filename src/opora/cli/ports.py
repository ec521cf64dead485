"""Are our ports free? Asked before anything is started, so that the answer is one sentence."""

import errno
import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

from opora.cli import Stopped
from opora.lib.environment import BadSetting, Endpoint

PATIENCE = 2.0  # seconds; a killed run's listeners may take a moment to go


def check_ports(
    endpoints: dict[str, Endpoint], pause: Callable[[float], None] = time.sleep
) -> None:
    """Raises Stopped (75 taken, 77 not allowed) or BadSetting, naming the setting."""
    limit = time.monotonic() + PATIENCE
    while True:
        try:
            with ExitStack() as held:  # together: the same port for both is found out, too
                for name, endpoint in endpoints.items():
                    held.enter_context(_bound(name, endpoint))
        except Stopped as taken:
            if taken.code != os.EX_TEMPFAIL or time.monotonic() > limit:
                raise
            pause(0.1)
        else:
            return


def is_answering(endpoint: Endpoint) -> bool:
    """Somebody accepts connections there."""
    try:
        with socket.create_connection((near(endpoint), endpoint.port), timeout=1):
            return True
    except OSError:
        return False


def near(endpoint: Endpoint) -> str:
    """The host by which this machine reaches it."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(endpoint.host, endpoint.host)  # noqa: S104


def _bound(name: str, endpoint: Endpoint) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            endpoint.host, endpoint.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise BadSetting(f"{name} is {endpoint}: there is no such address.") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(1)
    except OSError as error:
        listener.close()
        raise _reason(name, endpoint, error) from None
    return listener


def _reason(name: str, endpoint: Endpoint, error: OSError) -> Exception:
    if error.errno == errno.EADDRINUSE:
        text = f"{name} is {endpoint}, and another program listens there: stop it, or change {name}"
        return Stopped(f"{text}.", os.EX_TEMPFAIL)
    if error.errno == errno.EACCES:
        text = f"{name} is {endpoint}: ports below 1024 need a right that this user lacks"
        return Stopped(f"{text}; change {name}.", os.EX_NOPERM)
    return BadSetting(f"{name} is {endpoint}: {error.strerror}.")
