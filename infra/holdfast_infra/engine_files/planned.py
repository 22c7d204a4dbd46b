"""What the engine foresees, as `pulumi preview --json` (and `destroy --preview-only --json`) writes it.

    op                                       read as
    delete, delete-replaced                  delete
    replace, import-replacement              replace: whichever order, and with its other halves, it is one step
    update                                   update
    every other that this engine has         nothing: it makes, adopts or looks

Steps `same`, and deletions of what an earlier run replaced, are not in the document: standing.py has what stands.
A preview that failed writes what it had foreseen by then, and its errors among `diagnostics`: the plan is partial.
Secrets are blinded.

Source: github.com/pulumi/pulumi at v3.260.0, pkg/display/json.go, pkg/backend/display/json.go and display.go
(shouldShow), pkg/resource/deploy/step.go (the operations).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from holdfast_infra.engine_files.document import (
    Object,
    UnreadableFile,
    declared_name,
    is_real,
    name_of,
    read_document,
    stack_of,
)

MADE_BY = "pulumi preview --json"
Op = Literal["delete", "replace", "update"]
_CHANGES: dict[str, Op] = {
    "delete": "delete",
    "delete-replaced": "delete",
    "replace": "replace",
    "import-replacement": "replace",
    "update": "update",
}
_TOUCHES_NOTHING = frozenset({
    "same", "create", "create-replacement", "read", "read-replacement", "refresh", "discard", "discard-replaced",
    "remove-pending-replace", "import", "diff", "extend-parameterize",
})  # fmt: skip
_PARTS = ("steps", "changeSummary", "diagnostics", "config")
"""Each is left out where it is empty; a document with none of them is no plan."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One change of something that stands. `new` is None where it goes, replaced or not; `fields` are why."""

    op: Op
    urn: str
    kind: str
    name: str
    old: Object
    """Inputs as they are."""
    new: Object | None = None
    """Inputs as they will be, of an update."""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedCreation:
    """Something that does not stand as far as the engine knows. `parent` and `provider` are URNs, or empty."""

    urn: str
    kind: str
    name: str
    inputs: Object
    parent: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change, in the engine's order, and why the preview failed if it did.

    `stack` is empty for a plan of no step; `config` is the configuration the preview ran with.
    """

    stack: str
    steps: tuple[PlannedStep, ...]
    errors: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    creations: tuple[PlannedCreation, ...] = ()

    @property
    def datacenter(self) -> str:
        """Whose stack it is: as its configuration declares, else by the stack's own name."""
        return declared_name(self.config) or self.stack

    @property
    def of_hub(self) -> bool:
        """Whether it is the plan of the hub's own stack."""
        return bool(self.config.get("holdfast:hub"))


def read_plan(text: str) -> Plan:
    """The plan in a document. Raises UnreadableFile."""
    found = read_document(text, MADE_BY)
    if not any(part in found for part in _PARTS):
        raise UnreadableFile(f"has none of {', '.join(_PARTS)}; make it by `{MADE_BY}`")
    try:
        listed = found.get("steps") or []
        stack = next((stack_of(step["urn"]) for step in listed), "")
        errors = (each for each in found.get("diagnostics") or () if each.get("severity") == "error")
        told = tuple(each["message"].strip() for each in errors)
        created = tuple(_creations(listed))
        return Plan(stack, tuple(_steps(listed)), told, dict(found.get("config") or {}), created)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        reason = f"has a step of another form ({type(error).__name__}: {error})"
        raise UnreadableFile(
            f"{reason}; bring holdfast and pulumi to versions that know each other"
        ) from error


def _steps(listed: list[Object]) -> Iterator[PlannedStep]:
    seen: set[str] = set()
    for step in listed:
        op, urn = step["op"], step["urn"]
        if op not in _CHANGES:
            _require_known(op, urn)
        elif urn not in seen and is_real(step["oldState"]):
            seen.add(urn)
            yield _step(_CHANGES[op], step)


def _creations(listed: list[Object]) -> Iterator[PlannedCreation]:
    for step in listed:
        if step["op"] == "create" and is_real(step["newState"]):
            new, urn = step["newState"], step["urn"]
            provider = str(new.get("provider") or "").rpartition("::")[0]
            parent = str(new.get("parent") or "")
            yield PlannedCreation(urn, new["type"], name_of(urn), new.get("inputs") or {}, parent, provider)


def _require_known(op: str, urn: str) -> None:
    if op not in _TOUCHES_NOTHING:
        raise UnreadableFile(
            f"{urn}: nobody here knows what the operation {op!r} does; bring holdfast to a version that does"
        )


def _step(op: Op, step: Object) -> PlannedStep:
    old = step["oldState"]
    return PlannedStep(
        op=op,
        urn=step["urn"],
        kind=old["type"],
        name=name_of(step["urn"]),
        old=old.get("inputs") or {},
        new=(step["newState"].get("inputs") or {}) if op == "update" else None,
        fields=tuple(step.get("replaceReasons" if op == "replace" else "diffReasons") or ()),
    )
