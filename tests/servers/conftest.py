"""The fixtures of this package, for its own tests."""

from tests.servers.postfix import postfix
from tests.servers.postgres import postgres_cluster
from tests.servers.sink import sink

__all__ = ["postfix", "postgres_cluster", "sink"]
