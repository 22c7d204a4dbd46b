"""A real API server of a hub for a workload, in a folder that goes with it; and pools as large as ours in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.documents import Document
from tests.guards.server import Answer, Server, serving

BARE = "the short form starts no server"


@contextmanager
def hub() -> Iterator[Server]:
    """One with the hub's definitions, rights and policies, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder, serving(Path(folder)) as server:
        yield server


def accepted(answer: Answer) -> Document:
    """The object as stored; a refusal is an error of the bench."""
    if not answer.accepted:
        raise AssertionError(f"the API server answered {answer.status}: {answer.message}")
    return answer.document
