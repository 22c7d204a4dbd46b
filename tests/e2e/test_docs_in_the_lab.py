"""What the documents do in a lab, in a lab of its own and in the order in which somebody reads them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.blocks import Block, blocks
from tests.docs.dates import current, lay_out
from tests.house.sources import ROOT

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.running import Lab
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
ORDER = ("README.md", "examples/a-new-tenant/README.md", "docs/adding-a-tenant.md", "docs/tutorial.md")
IN_A_LAB = [block for block in blocks() if block.what == "lab"]
PATIENCE_SECONDS = 1200


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab as the demo leaves it: a hub and datacenters without hardware."""
    with running_lab(tmp_path_factory.mktemp("lab"), process_sets=OPERATOR_AND_AGENTS) as lab:
        yield lab


def test_the_order_of_reading_names_every_page_with_such_a_block() -> None:
    assert {block.page for block in IN_A_LAB} == set(ORDER)


def test_what_the_pages_do_in_the_lab_can_be_done_in_this_order(lab: Lab, tmp_path: Path) -> None:
    lay_out(tmp_path)
    for name in (".venv", "Pulumi.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    for page in ORDER:
        typed = [block for block in IN_A_LAB if block.page == page]
        done = type_in(tmp_path, lab, typed)
        assert done.returncode == 0, f"{page}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def type_in(folder: Path, lab: Lab, typed: list[Block]) -> subprocess.CompletedProcess[str]:
    """One page in one shell, which stops at the first command that fails."""
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), str(lab.state.programs), os.environ["PATH"]])
    ours = {
        **os.environ,
        "PATH": path,
        "HOLDFAST_LAB": str(lab.state.root),
        "KUBECONFIG": str(lab.state.kubeconfig),
    }
    command = ["bash", "-euxo", "pipefail", "-c", current("\n".join(block.commands for block in typed))]
    return subprocess.run(
        command, cwd=folder, env=ours, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
