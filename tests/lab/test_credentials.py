"""Where a tenant's kubeconfig opens: in the tenant's namespace, whatever the platform calls it."""

from __future__ import annotations

import pytest
import yaml

from holdfast_lab.running import Lab, open_lab
from holdfast_lab.testing import admin

pytestmark = pytest.mark.lab
SITE = "lake-mariner"


def opens_in(lab: Lab, tenant: str) -> dict[str, str]:
    """The namespace of each context of a tenant's kubeconfig."""
    written = yaml.safe_load(open_lab(lab.state.root).add_tenant_credentials(tenant).read_text())
    return {each["name"]: each["context"]["namespace"] for each in written["contexts"]}


def test_a_tenants_kubeconfig_opens_in_the_namespace_the_hub_gave_the_tenant(lab: Lab) -> None:
    hub = admin(lab, "hub")
    hub.run("create", "namespace", "lent-to-cohere")
    hub.run("label", "namespace", "lent-to-cohere", "holdfast.dev/tenant=cohere")
    assert opens_in(lab, "cohere") == {"hub": "lent-to-cohere", SITE: "cohere"}


def test_a_tenant_without_a_namespace_finds_the_one_that_would_be_called_like_it(lab: Lab) -> None:
    assert opens_in(lab, "xai") == {"hub": "xai", SITE: "xai"}
