"""A pretend cloud without control planes, and the engine's parts around it without processes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from tests.lab_cloud.engine_project import ENGINES, Project

from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.hosts import PaperSites
from holdfast_lab.cloud.plugins.gcp import GcpPlugin
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.engine.monitor.changes import Run
from holdfast_lab.engine.monitor.deployment import Deployment
from holdfast_lab.engine.monitor.goal import Goal, Names
from holdfast_lab.engine.monitor.hooks import Hooks
from holdfast_lab.engine.monitor.recovery import resolve
from holdfast_lab.engine.monitor.refresh import refresh
from holdfast_lab.engine.monitor.removal import Removal
from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.engine.monitor.state import ResourceState, StackState
from holdfast_lab.pulumi_protocol.errors import Closing
from holdfast_lab.pulumi_protocol.property_values import to_struct
from holdfast_lab.pulumi_protocol.provider_service import SERVICE, rpcs
from holdfast_lab.pulumi_protocol.rpc import channel, serve

CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"
NETWORK = "gcp:compute/network:Network"


@pytest.fixture(scope="session")
def output_names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of all kinds, read from the SDK once."""
    folder = tmp_path_factory.mktemp("names")
    cloud = GoogleCloud(folder, PaperSites())
    cloud.create(NETWORK, "urn", {"name": "warm", "project": LAB_PROJECT})
    return next(folder.glob("outputs-*.json"))


@pytest.fixture
def cloud(tmp_path: Path, output_names: Path) -> GoogleCloud:
    (tmp_path / output_names.name).write_bytes(output_names.read_bytes())
    return GoogleCloud(tmp_path, PaperSites())


@pytest.fixture
def stub(cloud: GoogleCloud) -> Iterator[Any]:
    """The gcp plugin behind its real protocol."""
    server, port = serve({SERVICE: rpcs(GcpPlugin(cloud))}, threads=4)
    line = channel(f"127.0.0.1:{port}")
    yield provider_pb2_grpc.ResourceProviderStub(line)
    line.close()
    server.stop(grace=None).wait(5)


class OneProvider:
    """Stands for Providers: every provider is the one plugin of the test."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def unconfigured(self, package: str) -> Any:
        assert package == "gcp"
        return self._stub

    def configure(self, urn: str, stub: Any, inputs: dict[str, Any]) -> None:
        stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(inputs)))

    def ensure(self, urn: str, package: str, inputs: dict[str, Any]) -> None:
        pass

    def stub(self, urn: str) -> Any:
        return self._stub


class Asked(Hooks):
    """Hooks without a program: one hook `ask` that objects to the names it is told to."""

    def __init__(self, dry_run: bool, report: Report, objections: dict[str, str], asked: list[str]) -> None:
        super().__init__(dry_run, report)
        self._objections = objections
        self._asked = asked

    def _ask(self, hook: Any, subject: ResourceState, *states: ResourceState | None) -> str:
        self._asked.append(subject.name)
        return self._objections.get(subject.name, "")


class Hook:
    """As the program registers it."""

    name = "ask"
    on_dry_run = True
    ignore_errors = False


class Stack:
    """One stack, run after run."""

    def __init__(self, stub: Any, cloud: GoogleCloud, folder: Path) -> None:
        self.cloud = cloud
        self.file = folder / "stack.json"
        self.objections: dict[str, str] = {}
        self.asked: list[str] = []
        self.report = Report()
        self._provider = OneProvider(stub)

    @contextmanager
    def running(self, dry_run: bool = False) -> Iterator[Run]:
        self.report.start("run")
        hooks = Asked(dry_run, self.report, self.objections, self.asked)
        hooks.register(Hook())
        yield Run(StackState(self.file, dry_run), self._provider, hooks, self.report, dry_run)  # type: ignore[arg-type]

    def up(self, *goals: Goal, dry_run: bool = False, refreshed: bool = False) -> bool:
        """Register goals in order and remove the rest, as a run does; True if nothing was refused."""
        with self.running(dry_run) as run:
            resolve(run)
            if refreshed:
                refresh(run, parallel=1)
            config = {"gcp:project": LAB_PROJECT}
            deployment = Deployment(run, Names("s", "p"), config, "apply", parallel=1)
            for goal in goals:
                try:
                    deployment.register(goal)
                except Closing:
                    return False
            return Removal(run, parallel=1).remove_all_but(deployment.seen)

    def calls(self) -> list[str]:
        """What was asked of the cloud: `create ok a`."""
        return [f"{each['verb']} {each['result']} {each['name']}" for each in self.cloud.calls.read()]

    def held(self) -> list[str]:
        return [each.name for each in self.cloud.store.all()]


@pytest.fixture
def stack(stub: Any, cloud: GoogleCloud, tmp_path: Path) -> Stack:
    return Stack(stub, cloud, tmp_path)


@pytest.fixture
def network() -> Callable[..., Goal]:
    """A network as the program wants it: `network("a", mtu=1500)`, options by name after it."""

    def want(name: str, options: dict[str, Any] | None = None, **inputs: Any) -> Goal:
        urn = Names("s", "p").urn("", NETWORK, name)
        hooks = {"before_delete": ["ask"], "before_update": ["ask"]}
        given = {"name": name, **inputs}
        return Goal(
            urn, NETWORK, name, **{"custom": True, "inputs": given, "hooks": hooks, **(options or {})}
        )

    return want


@pytest.fixture(params=ENGINES)
def project(request: pytest.FixtureRequest, tmp_path: Path, output_names: Path) -> Project:
    made = Project(tmp_path, request.param)
    shutil.copy(output_names, made.state)
    return made
