"""What stands, in `<state>/pulumi-monitor/<stack>.json`, written after every step.

Before a provider is asked for a change the change is noted as pending, and the note goes when the answer is
written. A run that was cut off so leaves notes of what may or may not have happened.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from holdfast_lab.engine.monitor.goal import Goal
from holdfast_lab.errors import LabError
from holdfast_lab.pulumi_protocol.property_values import Plain
from holdfast_lab.pulumi_protocol.provider import Existing
from holdfast_lab.state import locked, write_whole


@dataclass(frozen=True, slots=True)
class ResourceState:
    """One resource of the stack: what it was asked to be and what it is."""

    urn: str
    type: str
    name: str
    custom: bool
    id: str
    inputs: Plain
    outputs: Plain
    parent: str = ""
    provider: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    protect: bool = False
    retain: bool = False
    hooks: dict[str, list[str]] = field(default_factory=dict)
    unfinished: bool = False
    """It exists, but a change to it did not come to its end: the next run updates it."""
    replaced: bool = False
    """Its successor stands under the same URN: this one is to go."""

    @property
    def existing(self) -> Existing:
        """What a provider is told about it."""
        return Existing(self.id, self.outputs, self.inputs)

    @property
    def needs(self) -> set[str]:
        """URNs of everything this stands on."""
        of_properties = (urn for urns in self.property_dependencies.values() for urn in urns)
        provider = self.provider.rpartition("::")[0]
        return {*self.dependencies, *of_properties, self.parent, provider} - {""}


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that was asked of a provider and not answered."""

    operation: Literal["creating", "updating", "deleting"]
    resource: ResourceState


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One stack, in the order in which things came to stand."""

    resources: list[ResourceState] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)


def state_of(goal: Goal, identity: str, inputs: Plain, outputs: Plain) -> ResourceState:
    """What a goal has become."""
    return ResourceState(
        urn=goal.urn,
        type=goal.type,
        name=goal.name,
        custom=goal.custom,
        id=identity,
        inputs=inputs,
        outputs=outputs,
        parent=goal.parent,
        provider=goal.provider,
        dependencies=list(goal.dependencies),
        property_dependencies={key: list(urns) for key, urns in goal.property_dependencies.items()},
        protect=goal.protect,
        retain=goal.retain,
        hooks={moment: list(names) for moment, names in goal.hooks.items() if names},
    )


class StackState:
    """One stack's snapshot; a preview keeps its changes to itself. Safe for threads."""

    def __init__(self, path: Path, dry_run: bool) -> None:
        self._path = path
        self._dry_run = dry_run
        self._lock = threading.Lock()
        self._snapshot = read_snapshot(path)

    @property
    def snapshot(self) -> Snapshot:
        """The stack as it is now."""
        return self._snapshot

    def find(self, *urns: str) -> ResourceState | None:
        """What stands under the first of these URNs that is in use."""
        live = {each.urn: each for each in self._snapshot.resources if not each.replaced}
        return next((live[urn] for urn in urns if urn in live), None)

    def begin(self, pending: Pending) -> None:
        """Note a change before it is asked for."""
        self._change(lambda old: replace(old, pending=[*old.pending, pending]))

    def settle(self, pending: Pending | None, gone: ResourceState | None, come: ResourceState | None) -> None:
        """Write how a change ended: what is gone, what stands in its place, and that it is not pending."""
        self._change(lambda old: _settled(old, pending, gone, come))

    def export(self, outputs: dict[str, Any]) -> None:
        """Keep the stack's outputs."""
        self._change(lambda old: replace(old, outputs=outputs))

    def exported_by(self, stack: str) -> dict[str, Any] | None:
        """What another stack of the same lab exported; None if there is none."""
        path = self._path.with_name(f"{stack}.json")
        return read_snapshot(path).outputs if path.exists() else None

    def _change(self, change: Callable[[Snapshot], Snapshot]) -> None:
        with self._lock:
            self._snapshot = change(self._snapshot)
            if not self._dry_run:
                write_whole(self._path, msgspec.json.encode(self._snapshot))


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a file; an empty one if there is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Snapshot)
    except FileNotFoundError:
        return Snapshot()
    except msgspec.MsgspecError as error:
        raise LabError(f"{path} was not written by this engine ({error}): nothing was done") from error


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a stack for one run; refuses a second one."""

    def refuse() -> None:
        raise LabError(f"another run is at work on {path.stem}: wait until it has ended")

    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_suffix(".lock"), refuse):
        yield


def _settled(
    old: Snapshot, pending: Pending | None, gone: ResourceState | None, come: ResourceState | None
) -> Snapshot:
    notes = [each for each in old.pending if each is not pending]
    if gone is None or come is None:
        kept = [each for each in old.resources if each is not gone]
        return replace(old, resources=kept if come is None else [*kept, come], pending=notes)
    return replace(old, resources=[come if each is gone else each for each in old.resources], pending=notes)
