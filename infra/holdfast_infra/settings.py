"""What a stack's configuration says: the datacenter, and where the hub is. Everything wrong in it is said at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi

from holdfast.hardware.catalogue import extend
from holdfast.hardware.errors import CatalogueRefused
from holdfast_infra.declaration import Datacenter, DeclarationError, Mistake, parse
from holdfast_infra.declaration.hub import HUB, HubPlan, parse_hub
from holdfast_infra.declaration.parts import BLOCK, WHOLE, is_named
from holdfast_infra.hub_address import HubAddress

_HUB_FIELDS = ("hubKubeconfig", "hubContext")


@dataclass(frozen=True, slots=True)
class Settings:
    """A stack's whole configuration."""

    datacenter: Datacenter
    hub: HubAddress

    @property
    def declared_cluster(self) -> HubAddress | None:
        """How to reach the datacenter's own cluster, if the declaration says it."""
        cluster = self.datacenter.cluster
        return self.site_cluster if cluster.kubeconfig or cluster.context else None

    @property
    def site_cluster(self) -> HubAddress:
        """The datacenter's own cluster: by default a context of the hub's kubeconfig, named like the datacenter."""
        cluster = self.datacenter.cluster
        kubeconfig = at_project(cluster.kubeconfig) if cluster.kubeconfig else self.hub.kubeconfig
        return HubAddress(kubeconfig, cluster.context or self.datacenter.site.name)


@dataclass(frozen=True, slots=True)
class HubSettings:
    """A hub stack's whole configuration."""

    plan: HubPlan
    hub: HubAddress

    @property
    def declared_cluster(self) -> HubAddress | None:
        """How to reach the hub's cluster that this stack makes, if the declaration says it."""
        plan = self.plan.cluster.plan if self.plan.cluster else None
        if plan is None or not (plan.kubeconfig or plan.context):
            return None
        kubeconfig = at_project(plan.kubeconfig) if plan.kubeconfig else self.hub.kubeconfig
        return HubAddress(kubeconfig, plan.context or self.hub.context)


def read_settings(config: pulumi.Config, stack: str) -> Settings:
    """The configuration of the selected stack. Raises pulumi.RunError with every mistake, and no traceback."""
    given = _declared(config, "datacenter")
    mistakes = [*_catalogue_mistakes(config), *_hub_mistakes(config), *_name_mistakes(given, stack)]
    try:
        datacenter = parse(given)
    except DeclarationError as error:
        raise pulumi.RunError(str(DeclarationError([*error.mistakes, *mistakes]))) from None
    if mistakes:
        raise pulumi.RunError(str(DeclarationError(mistakes)))
    return Settings(datacenter, _hub_address(config))


def read_hub_settings(config: pulumi.Config) -> HubSettings | None:
    """The configuration of a hub stack; None for a datacenter's. Raises pulumi.RunError with every mistake."""
    given = _declared(config, "hub")
    if given is None:
        return None
    mistakes = _hub_mistakes(config)
    if config.get("datacenter") is not None:
        consequence = "stands beside holdfast:datacenter, so two lives would hang on one stack"
        mistakes.append(Mistake(HUB, "", consequence, "give the hub a stack of its own"))
    try:
        plan = parse_hub(given)
    except DeclarationError as error:
        raise pulumi.RunError(str(DeclarationError([*error.mistakes, *mistakes], HUB))) from None
    if mistakes:
        raise pulumi.RunError(str(DeclarationError(mistakes, HUB)))
    return HubSettings(plan, _hub_address(config))


def _hub_address(config: pulumi.Config) -> HubAddress:
    return HubAddress(at_project(config.require("hubKubeconfig")), config.require("hubContext"))


def at_project(path: str) -> str:
    """A file; a relative path starts at the project, not at the program."""
    found = Path(path).expanduser()
    return str(found if found.is_absolute() else Path(pulumi.runtime.get_root_directory()) / found)


def _declared(config: pulumi.Config, key: str) -> object:
    """The object under a key; a plain text, which is no JSON, is what it is."""
    text = config.get(key)
    try:
        return json.loads(text) if text is not None else None
    except ValueError:
        return text


def _catalogue_mistakes(config: pulumi.Config) -> list[Mistake]:
    """Know the accelerators of the stack's own catalogue file, if it names one."""
    path = config.get("catalogue")
    try:
        extend(Path(at_project(path)).read_text(encoding="utf-8") if path else "")
    except (CatalogueRefused, OSError) as error:
        return [Mistake("holdfast:catalogue", repr(path), str(error), "correct the file, or leave it out")]
    return []


def _hub_mistakes(config: pulumi.Config) -> list[Mistake]:
    return [
        Mistake(
            f"holdfast:{name}",
            "",
            "is missing, so the hub could neither be told nor asked",
            f"write it into the stack file, or `pulumi config set holdfast:{name} ...`",
        )
        for name in _HUB_FIELDS
        if not config.get(name)
    ]


def _name_mistakes(given: object, stack: str) -> list[Mistake]:
    name = given.get("name") if isinstance(given, dict) else None
    part = given.get("part", WHOLE) if isinstance(given, dict) else WHOLE
    if not isinstance(name, str) or is_named(stack, name, part):
        return []
    wanted = f"{name}-BLOCK" if part == BLOCK else name
    return [
        Mistake(
            "name",
            repr(name),
            "is not the stack's name, so this stack's hardware would be replaced by another datacenter's",
            f"select stack {wanted}; if this one was renamed, name it back: `pulumi stack rename {wanted}`",
        )
    ]
