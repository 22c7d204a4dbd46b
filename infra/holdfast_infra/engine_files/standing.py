"""What the engine knows to stand, as `pulumi stack export` writes it: resources, and changes that never ended.

Source: github.com/pulumi/pulumi at v3.260.0, sdk/go/common/apitype/core.go (UntypedDeployment, DeploymentV3,
ResourceV3, OperationV2). Versions 3 and 4 have one form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from holdfast_infra.engine_files.document import (
    Object,
    UnreadableFile,
    is_real,
    name_of,
    read_document,
    stack_of,
)

MADE_BY = "pulumi stack export"
_VERSIONS = (3, 4)
_POOL = ":AcceleratorPool"
Operation = Literal["creating", "updating", "deleting", "reading", "importing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One resource of the state; `replaced`: its successor stands under the same URN, and the next up deletes it."""

    urn: str
    kind: str
    name: str
    id: str
    inputs: Object
    outputs: Object
    replaced: bool = False
    parent: str = ""
    provider: str = ""
    """URNs, or empty."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that was asked of a provider, and whose answer nobody wrote down."""

    operation: Operation
    resource: Standing


@dataclass(frozen=True, slots=True)
class State:
    """One stack, without components, providers and the stack itself. `stack` is empty for one that never was up."""

    stack: str
    resources: tuple[Standing, ...]
    pending: tuple[Pending, ...] = ()

    @property
    def datacenter(self) -> str:
        """Whose stack it is: as its pools say, else by the stack's own name."""
        specs = (each.inputs.get("spec") or {} for each in self.resources if each.kind.endswith(_POOL))
        return next((str(spec["datacenter"]) for spec in specs if spec.get("datacenter")), self.stack)


def read_state(text: str) -> State:
    """The state in a document. Raises UnreadableFile."""
    found = read_document(text, MADE_BY)
    if found.get("version") not in _VERSIONS or not isinstance(found.get("deployment"), dict):
        raise UnreadableFile(f"has no deployment of version 3 or 4; make it by `{MADE_BY}`")
    deployment = found["deployment"]
    try:
        listed = deployment.get("resources") or []
        stack = next((stack_of(each["urn"]) for each in listed), "")
        real = tuple(_standing(each) for each in listed if is_real(each))
        unanswered = tuple(_pending(each) for each in deployment.get("pending_operations") or ())
        return State(stack, real, unanswered)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        reason = f"has a resource of another form ({type(error).__name__}: {error})"
        raise UnreadableFile(
            f"{reason}; bring holdfast and pulumi to versions that know each other"
        ) from error


def _standing(found: Object) -> Standing:
    return Standing(
        urn=found["urn"],
        kind=found["type"],
        name=name_of(found["urn"]),
        id=str(found.get("id") or ""),
        inputs=found.get("inputs") or {},
        outputs=found.get("outputs") or {},
        replaced=bool(found.get("delete")),
        parent=str(found.get("parent") or ""),
        provider=str(found.get("provider") or "").rpartition("::")[0],
    )


def _pending(found: Object) -> Pending:
    operation = found["type"]
    if operation not in get_args(Operation):
        raise UnreadableFile(f"{found['resource']['urn']}: nobody here knows the operation {operation!r}")
    return Pending(cast("Operation", operation), _standing(found["resource"]))
