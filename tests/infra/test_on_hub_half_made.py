"""A hub whose first up ended between its cluster and its kinds, on a bare API server: it stays, and has a way out."""

from __future__ import annotations

import pytest
from tests.infra.test_on_hub_standing import cluster, pulumi

from holdfast_lab.cloud.faults import Fault, Faults
from holdfast_lab.cloud.store import Store
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.testing import Kubectl, running_lab

pytestmark = pytest.mark.lab


def test_it_goes_once_a_person_has_said_by_its_kinds_that_it_is_the_hub(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    nothing = tmp_path_factory.mktemp("nothing")
    with running_lab(tmp_path_factory.mktemp("lab"), sites=(), manifests=nothing) as lab:
        kubectl, store = Kubectl(lab, lab.clusters["hub"].kubeconfig("admin")), Store(lab.state.root)
        Faults(store).set(Fault("stock-out", "system"))
        pulumi(lab, "up", "--yes", *cluster(), code=1)
        assert kubectl.run("get", "crds", "-o", "name") == ""
        refused = pulumi(lab, "destroy", "--yes", "--run-program", *cluster(), code=1)
        assert "has none of Holdfast's kinds" in refused
        assert store.all() != []
        kubectl.run("apply", "--server-side", "-k", str(MANIFESTS / "definitions"))
        pulumi(lab, "destroy", "--yes", "--run-program", *cluster())
        assert store.all() == []
