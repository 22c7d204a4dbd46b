"""What a stack's configuration says: the datacenter, and where the hub is. Everything wrong in it is said at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi

from holdfast_infra.configuration import CATALOGUE, DATACENTER, HUB_FIELDS, judged_datacenter, judged_hub
from holdfast_infra.declaration import Datacenter, DeclarationError
from holdfast_infra.declaration.hub import HUB, HubPlan
from holdfast_infra.hub_address import HubAddress


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
    project = Path(pulumi.runtime.get_root_directory())
    try:
        datacenter = judged_datacenter(_given(config), stack, project)
    except DeclarationError as error:
        raise pulumi.RunError(str(error)) from None
    return Settings(datacenter, _hub_address(config))


def read_hub_settings(config: pulumi.Config) -> HubSettings | None:
    """The configuration of a hub stack; None for a datacenter's. Raises pulumi.RunError with every mistake."""
    try:
        plan = judged_hub(_given(config))
    except DeclarationError as error:
        raise pulumi.RunError(str(error)) from None
    return HubSettings(plan, _hub_address(config)) if plan else None


def _hub_address(config: pulumi.Config) -> HubAddress:
    return HubAddress(at_project(config.require("hubKubeconfig")), config.require("hubContext"))


def at_project(path: str) -> str:
    """A file; a relative path starts at the project, not at the program."""
    found = Path(path).expanduser()
    return str(found if found.is_absolute() else Path(pulumi.runtime.get_root_directory()) / found)


def _given(config: pulumi.Config) -> dict[str, object]:
    """Every field that is there: what is declared as an object, the others as texts."""
    texts = {name: config.get(name.partition(":")[2]) for name in (*HUB_FIELDS, CATALOGUE)}
    return {**texts, **{name: _object(config.get(name.partition(":")[2])) for name in (DATACENTER, HUB)}}


def _object(text: str | None) -> object:
    """A plain text, which is no JSON, is what it is."""
    try:
        return json.loads(text) if text is not None else None
    except ValueError:
        return text
