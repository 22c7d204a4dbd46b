"""A datacenter of two blocks as three stacks: one shared, one for each block, as `holdfast stacks plan` writes them.

    up in their order       the blocks read names from the shared stack; a second up changes nothing
    a block is promised     its destroy is refused, and so is the shared stack's; the other block may go
    given back              blocks first, then what they shared

The plan is of whole blocks; each then is made two cubes small, as the lab makes every tracked stack.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.e2e.acts import ask, becomes, given_back, uid_of
from tests.lab_cloud.engine_project import ENGINES

from holdfast_infra.stack_files.on_disk import plan, write
from holdfast_infra.stack_files.stack_yaml import dump
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.story.reading import units_of
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e, pytest.mark.stacks]
ROOT = MANIFESTS.parent
SITE, FIRST, SECOND = "ironwood-c", "ironwood-c-blk-a", "ironwood-c-blk-b"
PLANNED = ROOT / "tests" / "infra" / "stacks" / "wanted" / f"Pulumi.{SITE}.yaml"
QUICK = {"drainLeadSeconds": 5, "graceSeconds": 3, "turnAroundSeconds": 3, "repairSeconds": 60}


class Project:
    """The platform team's project: our program, the stacks of the plan."""

    def __init__(self, folder: Path, context: Context, engine: str) -> None:
        self.folder, self.context, self.engine = folder, context, engine
        for name in ("Pulumi.yaml", "infra", "operators", "manifests"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        for path in write(plan(PLANNED), folder / "stacks"):
            path.write_text(small(path.read_text()))

    def pulumi(self, verb: str, stack: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the engine on one of the stacks."""
        lab = ["lab", "pulumi", "--state", str(self.context.lab.state.root), "--engine", self.engine]
        argv = [sys.executable, "-m", "holdfast", *lab, verb, stack, *options]
        return subprocess.run(argv, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300)

    def up(self, stack: str) -> str:
        """Bring it up, where that must succeed; what the engine said."""
        answer = self.pulumi("up", stack, "--yes")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def destroy(self, stack: str) -> subprocess.CompletedProcess[str]:
        """Take it down, its hooks answering."""
        return self.pulumi("destroy", stack, "--yes", "--run-program")


def small(text: str) -> str:
    """A stack file with two cubes in each pool, and quick hand-overs."""
    file = yaml.safe_load(text)
    datacenter = file["config"]["holdfast:datacenter"]
    datacenter |= QUICK
    for pool in datacenter["pools"].values():
        path = pool["googleReservation"].replace("acme-ironwood-c", "holdfast-lab")
        pool |= {"units": [{"ids": "cube-000..cube-001"}], "spares": 0, "googleReservation": path}
    return dump(file)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Context]:
    """A hub with operator and agent, a site without a cluster, and a tenant."""
    with running_lab(tmp_path_factory.mktemp(f"blocks-{engine}"), [SITE], OPERATOR_AND_AGENTS) as lab:
        made = Context(lab)
        made.engineer().apply(*tenant("mistral", {"tpu7x": 1024}))
        yield made


@pytest.fixture(scope="module")
def project(context: Context, tmp_path_factory: pytest.TempPathFactory, engine: str) -> Project:
    return Project(tmp_path_factory.mktemp("project"), context, engine)


def counted(context: Context) -> str:
    pools = context.engineer().get("acceleratorpools")["items"]
    healthy = [pool.get("status", {}).get("capacity", {}).get("healthy") for pool in pools]
    return "yes" if healthy == [2, 2] else ""


def test_a_block_before_what_it_stands_on_is_refused_in_one_sentence(project: Project) -> None:
    answer = project.pulumi("preview", FIRST)
    assert answer.returncode != 0
    assert 'unknown stack "organization/holdfast/ironwood-c"' in answer.stdout + answer.stderr


def test_three_stacks_come_up_as_one_datacenter_and_a_second_up_changes_nothing(
    project: Project, context: Context
) -> None:
    for stack in (SITE, FIRST, SECOND):
        project.up(stack)
    context.until(lambda: counted(context), 90, "two healthy cubes in each pool")
    names = {each["metadata"]["name"] for each in context.engineer().get("stackseals")["items"]}
    assert names == {FIRST, SECOND}
    nodes = context.engineer(SITE).get("nodes", "-l", "holdfast.dev/unit")["items"]
    assert len(nodes) == 4 * 16
    for stack in (SITE, FIRST, SECOND):
        said = project.up(stack)
        assert not any(word in said for word in (" to create", " to update", " created", " updated")), said


def test_a_block_that_is_promised_stays_and_so_does_what_it_stands_on(
    project: Project, context: Context
) -> None:
    context.person("mistral").apply(ask("mistral/kept", 1))
    becomes(context, "mistral/kept", "Active")
    (pool,) = units_of(context.engineer(), uid_of(context, "mistral/kept")).values()
    held, free = (FIRST, SECOND) if pool.endswith("blk-a") else (SECOND, FIRST)
    for stack in (held, SITE):
        refused = project.destroy(stack)
        assert refused.returncode != 0
        assert "mistral/kept" in refused.stdout + refused.stderr
    allowed = project.destroy(free)
    assert allowed.returncode == 0, allowed.stdout + allowed.stderr
    assert len(context.engineer().get("acceleratorpools")["items"]) == 1


def test_given_back_the_blocks_go_first_and_then_what_they_shared(project: Project, context: Context) -> None:
    given_back(context, "mistral/kept")
    project.up(FIRST)
    project.up(SECOND)
    refused = project.destroy(SITE)
    assert refused.returncode != 0
    assert "datacenter ironwood-c still has the pool" in refused.stdout + refused.stderr
    for stack in (SECOND, FIRST, SITE):
        answer = project.destroy(stack)
        assert answer.returncode == 0, answer.stdout + answer.stderr
