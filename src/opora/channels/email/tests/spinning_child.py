"""A child that is ready, takes a letter, and never ends reading it."""

import itertools
import socket
import sys

from opora.channels.email.read import child, wire

with socket.socket(fileno=0) as link:
    wire.send(link, b"")
    wire.receive(link, 1 << 20)
    child._allow(int(sys.argv[3]))
    for _ in itertools.count():
        pass
