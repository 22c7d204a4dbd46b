"""The service account of a datacenter's nodes: what a node needs and nothing more.

Google's default account may edit the whole project; a pod that gets out of its container on such a node would hold
the project. GKE asks for the role container.defaultNodeServiceAccount; images come from Artifact Registry:
docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa.
"""

from __future__ import annotations

import hashlib

import pulumi
from pulumi_gcp import projects, serviceaccount

from holdfast_infra.declaration import Site
from holdfast_infra.guarded import Guarded

ROLES = ("roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader")
_LONGEST = 30
"""Characters of an account id, 6 at least: serviceaccount.AccountArgs.account_id."""
_SUFFIX = "-nodes"


class NodeAccount(pulumi.ComponentResource):
    """The account and its two roles in the project.

    `email` waits for the account only: where a role was replaced, an output that came of it would replace every host.
    Whatever runs as the account depends on `roles` instead, and so has them as long as it runs.
    """

    def __init__(self, site: Site, guarded: Guarded, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:NodeAccount", site.name, None, opts)
        options = guarded.options(self)
        account = serviceaccount.Account(
            f"{site.name}{_SUFFIX}",
            serviceaccount.AccountArgs(
                account_id=account_id(site.name),
                project=site.project,
                display_name=f"Nodes of {site.name}",
                deletion_policy=guarded.deletion_policy,
            ),
            options,
        )
        member = account.email.apply(lambda email: f"serviceAccount:{email}")
        self.roles: tuple[pulumi.Resource, ...] = tuple(
            projects.IAMMember(
                f"{site.name}{_SUFFIX}-{role.rpartition('.')[2]}",
                projects.IAMMemberArgs(project=site.project, role=role, member=member),
                options,
            )
            for role in ROLES
        )
        self.email: pulumi.Output[str] = account.email
        self.hardware: tuple[pulumi.Resource, ...] = (account, *self.roles)
        self.register_outputs({"email": account.email})


def account_id(site: str) -> str:
    """The id of a site's account; a long name is cut and told from others by its digest."""
    if len(site) + len(_SUFFIX) <= _LONGEST:
        return f"{site}{_SUFFIX}"
    digest = hashlib.sha256(site.encode()).hexdigest()[:4]
    kept = site[: _LONGEST - len(_SUFFIX) - len(digest) - 1].rstrip("-")
    return f"{kept}-{digest}{_SUFFIX}"
