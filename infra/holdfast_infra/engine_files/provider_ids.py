"""The id that a provider gives a resource of ours, worked out from its inputs: what `pulumi import` is told.

Source: the section Import of each class in the pulumi-gcp SDK 10.2, where it has one (tests/infra/test_recovery.py
compares); registry.terraform.io/providers/hashicorp/google for accounts and IAM members; pulumi-kubernetes names what
has no namespace by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_GOOGLE = {
    "gcp:compute/network:Network": "projects/{project}/global/networks/{name}",
    "gcp:compute/subnetwork:Subnetwork": "projects/{project}/regions/{region}/subnetworks/{name}",
    "gcp:compute/firewall:Firewall": "projects/{project}/global/firewalls/{name}",
    "gcp:compute/router:Router": "projects/{project}/regions/{region}/routers/{name}",
    "gcp:compute/routerNat:RouterNat": "{project}/{region}/{router}/{name}",
    "gcp:compute/resourcePolicy:ResourcePolicy": "projects/{project}/regions/{region}/resourcePolicies/{name}",
    "gcp:serviceaccount/account:Account": "projects/{project}/serviceAccounts/{accountId}@{project}.iam."
    "gserviceaccount.com",
    "gcp:projects/iAMMember:IAMMember": "{project} {role} {member}",
    "gcp:container/cluster:Cluster": "projects/{project}/locations/{location}/clusters/{name}",
    "gcp:container/nodePool:NodePool": "{project}/{location}/{cluster}/{name}",
}
_WHOLE = ("role", "member")
"""Told as they are; of every other input that is a path, the last part is its name."""


def provider_id(kind: str, inputs: Mapping[str, Any]) -> str:
    """The id; empty where this kind is not ours or an input that it is made of is not known yet."""
    if kind.startswith("kubernetes:"):
        return str((inputs.get("metadata") or {}).get("name") or "")
    texts = {key: value for key, value in inputs.items() if isinstance(value, str)}
    parts = {key: value if key in _WHOLE else value.rpartition("/")[2] for key, value in texts.items()}
    try:
        return _GOOGLE[kind].format_map(parts)
    except KeyError:
        return ""
