"""A PostgreSQL of this run alone, started as the product starts its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opora.cli.postgres import Cluster
from opora.lib import embedded


@contextmanager
def private_server() -> Iterator[dict[str, str]]:
    """Start it on a socket only its owner and we can reach; yield Django's settings for it."""
    with tempfile.TemporaryDirectory(prefix="opora-pg-") as folder, tempfile.TemporaryFile() as log:
        home = Path(folder)
        home.chmod(0o711)  # PostgreSQL of a run as root is another user, and passes through
        cluster = Cluster(home, durable=False, log=log)
        cluster.prepare()
        server = cluster.start()
        try:
            cluster.wait_ready(server)
            yield {
                "HOST": str(cluster.socket),
                "USER": embedded.ROLE,
                "PASSWORD": embedded.password_file(home).read_text(),
            }
        finally:
            cluster.stop(server, patience=5)
