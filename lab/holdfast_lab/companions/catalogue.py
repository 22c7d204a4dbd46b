"""The companions a lab can have: pinned Go modules under tools/, the settings each is started with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from holdfast_lab.building import Recipe
from holdfast_lab.errors import LabError


@dataclass(frozen=True, slots=True)
class Companion:
    """One controller: its recipe, the Go module it comes from, its API group of settings, and more of these.

    Its namespace, service account, webhooks and secret are called as its own manifests call them: `<prefix>-system`,
    `<prefix>-controller-manager` and so on; `short` is that prefix where it is not the name.
    """

    recipe: Recipe
    module: str
    settings_version: str
    settings: dict[str, Any] = field(default_factory=dict)
    short: str = ""

    @property
    def name(self) -> str:
        """As people type it."""
        return self.recipe.name

    @property
    def prefix(self) -> str:
        """What its own manifests begin every name with."""
        return self.short or self.name

    @property
    def namespace(self) -> str:
        """Where it would run, and where its account is."""
        return f"{self.prefix}-system"

    @property
    def account(self) -> str:
        """Its service account."""
        return f"{self.prefix}-controller-manager"

    @property
    def webhook_service(self) -> str:
        """The service by which an API server of a real cluster calls its webhooks."""
        return f"{self.prefix}-webhook-service"

    @property
    def secret(self) -> str:
        """Where it looks for the certificate of its webhooks."""
        return f"{self.prefix}-webhook-server-cert"


_OWN_CERTIFICATES: dict[str, Any] = {
    "internalCertManagement": {"enable": False}
}  # it would look for them in one folder of the machine
JOBSET = Companion(
    Recipe("jobset", "jobset", "sigs.k8s.io/jobset"),
    "sigs.k8s.io/jobset",
    "config.jobset.x-k8s.io/v1alpha1",
    _OWN_CERTIFICATES,
)
LEADERWORKERSET = Companion(
    Recipe("leaderworkerset", "leaderworkerset", "sigs.k8s.io/lws/cmd"),
    "sigs.k8s.io/lws",
    "config.lws.x-k8s.io/v1alpha1",
    _OWN_CERTIFICATES,
    short="lws",
)
KUEUE = Companion(
    Recipe("kueue", "kueue", "sigs.k8s.io/kueue/cmd/kueue", unsummed="sigs.k8s.io/scheduler-library"),
    "sigs.k8s.io/kueue",
    "config.kueue.x-k8s.io/v1beta2",
    {
        "namespace": "kueue-system",
        # Without it, it looks for a certificate of its metrics in a folder that root alone may fill.
        "internalCertManagement": {
            "enable": True,
            "webhookServiceName": "kueue-webhook-service",
            "webhookSecretName": "kueue-webhook-server-cert",
        },
        "manageJobsWithoutQueueName": False,  # a job that selects its hosts itself runs as it always did
        "integrations": {
            "frameworks": [
                "batch/job",
                "jobset.x-k8s.io/jobset",
                "leaderworkerset.x-k8s.io/leaderworkerset",
            ]
        },
        "featureGates": {"VisibilityOnDemand": False},  # an API of its own, behind a service of the cluster
    },
)
COMPANIONS = {each.name: each for each in (JOBSET, LEADERWORKERSET, KUEUE)}


def companions(names: Iterable[str]) -> list[Companion]:
    """Those of these names, Kueue last, which looks for the others' kinds at its start; LabError for another name."""
    asked = set(names)
    if unknown := sorted(asked - COMPANIONS.keys()):
        known = ", ".join(COMPANIONS)
        raise LabError(f"--with {', '.join(unknown)}: the lab knows no such companion; there are {known}")
    return [each for name, each in COMPANIONS.items() if name in asked]


def settings_of(
    companion: Companion, webhook_port: int, health_port: int, certificates: str
) -> dict[str, Any]:
    """The settings file it is started with: everything on loopback, one replica, certificates made by the lab."""
    return {
        "apiVersion": companion.settings_version,
        "kind": "Configuration",
        "leaderElection": {"leaderElect": False},
        "metrics": {"bindAddress": "0"},
        "health": {"healthProbeBindAddress": f"127.0.0.1:{health_port}"},
        "webhook": {"host": "127.0.0.1", "port": webhook_port, "certDir": certificates},
        "clientConnection": {"qps": 500, "burst": 1000},
        **companion.settings,
    }
