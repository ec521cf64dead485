"""A child that is ready, takes a letter, and crashes over it."""

import os
import signal
import socket

from opora.channels.email.read import wire

with socket.socket(fileno=0) as link:
    wire.send(link, b"")
    wire.receive(link, 1 << 20)
    os.kill(os.getpid(), signal.SIGSEGV)
