"""A monitor that records what the program registers, with the options the stock mocks do not show."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pulumi
import yaml
from google.protobuf import json_format
from pulumi.runtime import mocks, set_all_config, settings
from pulumi.runtime.stack import Stack, run_pulumi_func
from tests.infra.standing_hub import StandingHub

from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub

ROOT = Path(__file__).parents[2]
CONFIG = {"holdfast:hubKubeconfig": "/nowhere/kubeconfig", "holdfast:hubContext": "hub"}


@dataclass(frozen=True)
class Registered:
    """One registration."""

    urn: str
    kind: str
    name: str
    inputs: dict[str, Any]
    depends_on: frozenset[str]
    feeds: frozenset[str]
    """Of these it takes inputs: where one is replaced, the engine replaces it, too."""
    protect: bool
    delete_before_replace: bool
    hooks: dict[str, list[str]]
    timeouts: tuple[str, str, str]
    provider: str
    custom: bool
    retained: bool

    @property
    def is_hardware(self) -> bool:
        """Something at Google."""
        return self.kind.startswith("gcp:")

    @property
    def labels(self) -> dict[str, str]:
        """Labels of its nodes."""
        found: dict[str, str] = self.inputs.get("nodeConfig", {}).get("labels", {})
        return found


class _Outputs(mocks.Mocks):
    """Outputs = inputs, and what Google would add; of any other stack, what it exported."""

    def __init__(self, exported: Mapping[str, Any]) -> None:
        self._exported = exported

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.resource_id, {**args.inputs, "outputs": dict(self._exported)}
        given = {"endpoint": "203.0.113.7"}
        if args.typ == "gcp:serviceaccount/account:Account":
            given = {"email": f"{args.inputs['accountId']}@{args.inputs['project']}.iam.gserviceaccount.com"}
        return f"{args.name}-id", {**args.inputs, **given}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return {}, []


class Recording(mocks.MockMonitor):
    """Keeps each registration by its URN, and each hook by its name."""

    def __init__(self, exported: Mapping[str, Any]) -> None:
        super().__init__(_Outputs(exported))
        self.exported: dict[str, Any] = {}
        self.referenced: list[str] = []
        self.seen: dict[str, Registered] = {}
        self.hooks_on_dry_run: dict[str, bool] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 the SDK's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            self.seen[answer.urn] = _registered(answer.urn, request)
        return answer

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 the SDK's name
        self.referenced.append(request.id)
        return super().ReadResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceHook(self, request: Any) -> Any:  # noqa: N802 the SDK's name
        self.hooks_on_dry_run[request.name] = request.on_dry_run
        return super().RegisterResourceHook(request)  # type: ignore[no-untyped-call]

    def of(self, kind: str) -> list[Registered]:
        """Registrations whose type ends so, in the order of their names."""
        return sorted(
            (each for each in self.seen.values() if each.kind.endswith(kind)), key=lambda each: each.name
        )

    @property
    def hardware(self) -> list[Registered]:
        """Everything at Google."""
        return [each for each in self.seen.values() if each.is_hardware]

    def waits_for(self, each: Registered) -> set[str]:
        """URNs of everything that is made before it and deleted after it."""
        found: set[str] = set()
        waiting = [each.urn]
        while waiting:
            for urn in self.seen[waiting.pop()].depends_on - found:
                found.add(urn)
                waiting.append(urn)
        return found


def _registered(urn: str, request: Any) -> Registered:
    feeds = {urn for each in request.propertyDependencies.values() for urn in each.urns}
    hooks = request.hooks
    return Registered(
        urn=urn,
        kind=request.type,
        name=request.name,
        inputs=json_format.MessageToDict(request.object),
        depends_on=frozenset(request.dependencies) | feeds,
        feeds=frozenset(feeds),
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace,
        hooks={name: list(getattr(hooks, name)) for name in ("before_delete", "before_update")},
        timeouts=(
            request.customTimeouts.create,
            request.customTimeouts.update,
            request.customTimeouts.delete,
        ),
        provider=request.provider,
        custom=request.custom,
        retained=request.retainOnDelete,
    )


def declared(stack: str) -> dict[str, Any]:
    """A tracked stack's declaration."""
    text = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    found: dict[str, Any] = yaml.safe_load(text)["config"]["holdfast:datacenter"]
    return found


Program = Callable[[Callable[[HubAddress], Hub]], Awaitable[None]]


NOTHING: Mapping[str, Any] = MappingProxyType({})


def run(program: Program, stack: str, datacenter: object, exported: Mapping[str, Any] = NOTHING) -> Recording:
    """Run a program as the engine would; raises what it raises. Any other stack has `exported` this."""
    return configured(program, stack, {"holdfast:datacenter": datacenter}, exported)


def configured(
    program: Program, stack: str, config: dict[str, object], exported: Mapping[str, Any] = NOTHING
) -> Recording:
    """The same with any configuration; what is no text is given as JSON."""
    monitor = Recording(exported)
    given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    with _event_loops() as loop:
        settings.ROOT.set(None)
        set_all_config({**CONFIG, **given})
        logger = logging.getLogger("pulumi-tests")
        mocks.set_mocks(_Outputs(exported), "holdfast", stack, False, logger, monitor, "organization")
        loop.run_until_complete(run_pulumi_func(lambda: program(StandingHub)))
        root = settings.get_root_resource()
        outputs = pulumi.Output.from_input(root.outputs if isinstance(root, Stack) else {})
        monitor.exported = loop.run_until_complete(_known(outputs))
    return monitor


async def _known(outputs: pulumi.Output[dict[str, Any]]) -> dict[str, Any]:
    return await outputs.future() or {}


@contextmanager
def _event_loops() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for the program and one for each thread of the monitor, all closed at the end: the SDK closes none."""
    opened: list[asyncio.AbstractEventLoop] = []

    def open_loop() -> None:
        opened.append(asyncio.new_event_loop())
        asyncio.set_event_loop(opened[-1])

    open_loop()
    executor = ThreadPoolExecutor(4, initializer=open_loop)
    opened[0].set_default_executor(executor)
    try:
        yield opened[0]
    finally:
        executor.shutdown()
        asyncio.set_event_loop(None)
        for loop in opened:
            loop.close()
