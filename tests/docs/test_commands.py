"""Commands of the documents, run as they stand: without a server, and on a real hub as the person they are for."""

from __future__ import annotations

import subprocess

import pytest
from tests.docs.blocks import IN_SEQUENCE, Block, blocks
from tests.docs.conftest import Reader
from tests.docs.dates import current

pytestmark = pytest.mark.lab
PATIENCE_SECONDS = 300
RUN = [block for block in blocks() if block.how == "run" and block.what not in IN_SEQUENCE]


@pytest.mark.parametrize("block", RUN, ids=lambda block: block.place)
def test_a_block_does_what_it_says(reader: Reader, block: Block) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", current(block.commands)],
        cwd=reader.folder, env=reader.surroundings(block.what), capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, f"{block.commands}\n{done.stdout}\n{done.stderr}"
