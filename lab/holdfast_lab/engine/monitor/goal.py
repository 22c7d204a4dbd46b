"""What the program wants: one registration, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain, to_plain

PROVIDER_TYPE = "pulumi:providers:"
STACK_TYPE = "pulumi:pulumi:Stack"
_HOOK_MOMENTS = (
    "before_create",
    "after_create",
    "before_update",
    "after_update",
    "before_delete",
    "after_delete",
)
_REFUSED = ("importId", "remote", "deletedWith", "transforms", "replace_with", "state_migrations")


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing the program wants, with its options."""

    urn: str
    type: str
    name: str
    custom: bool
    inputs: Plain
    parent: str = ""
    provider: str = ""
    """`<urn>::<id>` of the provider; empty for the package's default one."""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    protect: bool = False
    retain: bool = False
    delete_first: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    secret_outputs: tuple[str, ...] = ()
    hooks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names of hooks by moment: `before_delete`, ..."""
    former_urns: tuple[str, ...] = ()

    @property
    def is_provider(self) -> bool:
        """Whether this is a provider instance."""
        return self.type.startswith(PROVIDER_TYPE)

    @property
    def package(self) -> str:
        """The plugin that is responsible."""
        return self.type.removeprefix(PROVIDER_TYPE).split(":", maxsplit=1)[0]


class Names:
    """Makes URNs of one stack."""

    def __init__(self, stack: str, project: str) -> None:
        self._prefix = f"urn:pulumi:{stack}::{project}::"

    def urn(self, parent: str, type_: str, name: str) -> str:
        """The URN of something under a parent; the stack itself does not show in its children's."""
        above = parent.split("::")[2] if parent else ""
        qualified = f"{above}${type_}" if above not in ("", STACK_TYPE) else type_
        return f"{self._prefix}{qualified}::{name}"

    def goal(self, request: Any) -> Goal:
        """A RegisterResourceRequest as a goal; refuses options that this engine does not implement."""
        _refuse_options(request)
        return Goal(
            urn=self.urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            custom=request.custom,
            inputs=to_plain(request.object),
            parent=request.parent,
            provider=request.provider,
            dependencies=tuple(request.dependencies),
            property_dependencies={
                key: list(each.urns) for key, each in request.propertyDependencies.items()
            },
            protect=request.protect,
            retain=request.retainOnDelete,
            delete_first=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            secret_outputs=tuple(request.additionalSecretOutputs),
            hooks={moment: list(getattr(request.hooks, moment)) for moment in _HOOK_MOMENTS},
            former_urns=tuple(self._former(request)),
        )

    def _former(self, request: Any) -> list[str]:
        """URNs under which it may have been known: its aliases."""
        return [
            *request.aliasURNs,
            *(each.urn or self._alias(each.spec, request) for each in request.aliases),
        ]

    def _alias(self, spec: Any, request: Any) -> str:
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        return self.urn(parent, spec.type or request.type, spec.name or request.name)


def _refuse_options(request: Any) -> None:
    used = [option for option in _REFUSED if getattr(request, option)]
    if request.hooks.on_error:
        used.append("on_error hooks")
    if used:
        raise Refusal(
            f"{request.name} uses {', '.join(used)}, which the lab's monitor engine does not implement: nothing "
            "was done for it; use the pulumi CLI (--engine cli)"
        )
