"""What has to go before a thing that is replaced by deleting it first, as the real engine works it out.

    1. walk everything that stands in the order in which it came to stand; begin with the one that is replaced
    2. whose provider is among them goes too
    3. whose inputs come from one of them: those inputs are unknown until it is made again; it goes if its provider
       says that a change of them needs a new object
    4. what only waits for one of them (dependsOn), and components, stay

Source: github.com/pulumi/pulumi, pkg/resource/deploy/step_generator.go, calculateDependentReplacements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from holdfast_lab.engine.monitor.state import ResourceState
from holdfast_lab.pulumi_protocol.property_values import UNKNOWN, Plain

NeedsNew = Callable[[ResourceState, Plain], bool]
"""Whether these inputs need a new object in the place of one that stands; asked of its provider."""


def dependents(
    root: ResourceState, standing: Iterable[ResourceState], needs_new: NeedsNew
) -> list[ResourceState]:
    """Everything that goes with the root, which is not in it, in the order in which it may go."""
    going = {root.urn}
    found: list[ResourceState] = []
    for each in standing:
        if each is not root and not each.replaced and each.custom and _goes(each, going, needs_new):
            going.add(each.urn)
            found.append(each)
    return found[::-1]


def _goes(each: ResourceState, going: set[str], needs_new: NeedsNew) -> bool:
    if each.provider.rpartition("::")[0] in going:
        return True
    unknown = dict(_unknown(each, going))
    return bool(unknown) and needs_new(each, {**each.inputs, **unknown})


def _unknown(each: ResourceState, going: set[str]) -> Iterator[tuple[str, str]]:
    for name, urns in each.property_dependencies.items():
        if name in each.inputs and going.intersection(urns):
            yield name, UNKNOWN
