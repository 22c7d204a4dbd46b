"""The charts: sound, the same objects as `kubectl apply -k` applies, and without a word that nobody knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.chart.conftest import Helm

from holdfast_lab.release.charts import CHARTS
from holdfast_lab.release.rendered import documents, rendered

AS_APPLIED = {
    "holdfast-definitions": (),
    "holdfast-hub": ("image=holdfast:dev", "console.enabled=true"),
    "holdfast-site": ("image=holdfast:dev", "datacenter=name-me"),
}
NO_PROCESS = {
    "holdfast-hub": ("hub", ("operator.enabled=false",)),
    "holdfast-site": ("site", ("agent.enabled=false",)),
}


def templated(helm: Helm, chart: Path, values: tuple[str, ...]) -> dict[tuple[str, str], Any]:
    """Each object by kind and name."""
    set_to = [f"--set={value}" for value in values]
    text = helm.must(
        "template", chart.name, str(chart), *set_to, "--kube-version", "1.36.0", "-n", "kube-system"
    )
    return by_name(text)


def by_name(text: str) -> dict[tuple[str, str], Any]:
    """Documents by kind and name."""
    return {(one["kind"], one["metadata"]["name"]): one for one in documents(text)}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_is_sound(chart: Any, charts: dict[str, Path], helm: Helm) -> None:
    values = [f"--set={value}" for value in AS_APPLIED[chart.name]]
    assert "0 chart(s) failed" in helm.must("lint", "--strict", str(charts[chart.name]), *values)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_is_what_kubectl_applies(
    chart: Any, charts: dict[str, Path], helm: Helm, kubectl: Path
) -> None:
    assert templated(helm, charts[chart.name], AS_APPLIED[chart.name]) == by_name(
        rendered(kubectl, chart.part)
    )


@pytest.mark.parametrize("name", NO_PROCESS)
def test_processes_may_run_elsewhere(name: str, charts: dict[str, Path], helm: Helm, kubectl: Path) -> None:
    part, values = NO_PROCESS[name]
    assert templated(helm, charts[name], values) == by_name(rendered(kubectl, part))


def test_a_site_without_a_name_is_refused(charts: dict[str, Path], helm: Helm) -> None:
    done = helm.run("template", "site", str(charts["holdfast-site"]), "--kube-version", "1.36.0")
    assert done.returncode != 0
    assert "datacenter: the name of this cluster's datacenter on the hub" in done.stderr


@pytest.mark.parametrize("value", ["imgae=x", "operator.enable=true", "operator.enabled=perhaps"])
def test_a_value_that_nobody_knows_is_refused(value: str, charts: dict[str, Path], helm: Helm) -> None:
    done = helm.run(
        "template", "hub", str(charts["holdfast-hub"]), "--kube-version", "1.36.0", "--set", value
    )
    assert done.returncode != 0
    assert value.partition("=")[0].rpartition(".")[2] in done.stderr


def test_an_old_cluster_is_refused(charts: dict[str, Path], helm: Helm) -> None:
    done = helm.run("template", "hub", str(charts["holdfast-hub"]), "--kube-version", "1.33.0")
    assert done.returncode != 0
    assert "kubeVersion: >=1.34.0-0" in done.stderr


def test_the_console_is_told_at_which_issuer_people_sign_in(charts: dict[str, Path], helm: Helm) -> None:
    oidc = {"issuer": "https://dex.example", "clientId": "console", "secretFile": "/key/oidc-secret"}
    values = tuple(f"console.oidc.{name}={value}" for name, value in oidc.items())
    made = templated(helm, charts["holdfast-hub"], (*AS_APPLIED["holdfast-hub"], *values))
    assert made["ConfigMap", "holdfast-console"]["data"] == {
        "oidc-issuer": "https://dex.example",
        "oidc-client-id": "console",
        "oidc-scopes": "openid email profile",
        "oidc-secret-file": "/key/oidc-secret",
        "oidc-ca-file": "",
    }
