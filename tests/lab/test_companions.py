"""Companions of a site, as far as no program is built: their manifests fitted, their settings, keys and names."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography import x509

from holdfast_lab import clock
from holdfast_lab.building import TOOLS, pinned_version
from holdfast_lab.companions.catalogue import JOBSET, KUEUE, LEADERWORKERSET, companions, settings_of
from holdfast_lab.companions.certificates import webhook_keys
from holdfast_lab.companions.manifests import fitted
from holdfast_lab.errors import LabError
from holdfast_lab.processes import cluster_of

HERE = "https://127.0.0.1:9443"
SERVICE = {"name": "kueue-webhook-service", "namespace": "kueue-system", "path": "/mutate"}


def webhook() -> dict[str, Any]:
    """As it stands in the module: called by a service of the cluster."""
    hook = {"name": "mjob.kb.io", "clientConfig": {"service": dict(SERVICE)}, "failurePolicy": "Fail"}
    return {"kind": "MutatingWebhookConfiguration", "webhooks": [hook]}


def definition(**spec: Any) -> dict[str, Any]:
    """A definition, with a conversion or none."""
    return {"kind": "CustomResourceDefinition", "spec": spec}


def test_a_webhook_is_asked_as_before_and_answers_on_loopback() -> None:
    before = webhook()
    (hook,) = fitted([before], HERE, "Q0E=")[0]["webhooks"]
    assert hook["clientConfig"] == {"url": f"{HERE}/mutate", "caBundle": "Q0E="}
    assert (hook["name"], hook["failurePolicy"]) == ("mjob.kb.io", "Fail")
    assert before == webhook()


def test_a_conversion_answers_there_too() -> None:
    converted = definition(
        conversion={"webhook": {"clientConfig": {"service": {**SERVICE, "path": "/convert"}}}}
    )
    (found,) = fitted([converted], HERE, "Q0E=")
    assert found["spec"]["conversion"]["webhook"]["clientConfig"]["url"] == f"{HERE}/convert"
    assert fitted([definition(), definition(conversion={"strategy": "None"})], HERE, "") == [
        definition(),
        definition(conversion={"strategy": "None"}),
    ]


def test_what_runs_it_in_a_cluster_is_left_out_and_rights_stay() -> None:
    kinds = ["Namespace", "ClusterRole", "Deployment", "Service", "Secret", "ConfigMap", "APIService"]
    assert [one["kind"] for one in fitted([{"kind": kind} for kind in kinds], HERE, "")] == kinds[:2]


@pytest.mark.parametrize("companion", [JOBSET, LEADERWORKERSET, KUEUE], ids=lambda one: one.name)
def test_it_listens_on_loopback_only_and_is_pinned(companion: Any) -> None:
    settings = settings_of(companion, 9443, 8081, "/keys")
    assert settings["webhook"] == {"host": "127.0.0.1", "port": 9443, "certDir": "/keys"}
    assert settings["health"]["healthProbeBindAddress"] == "127.0.0.1:8081"
    assert settings["metrics"]["bindAddress"] == "0"
    assert pinned_version(TOOLS / companion.recipe.module / "go.mod", companion.module).startswith("v0.")


def test_its_certificate_is_one_its_own_keeper_leaves_alone() -> None:
    keys = webhook_keys(KUEUE, clock.now())
    authority, server = (x509.load_pem_x509_certificate(keys[file]) for file in ("ca.crt", "tls.crt"))
    server.verify_directly_issued_by(authority)
    assert "kueue-ca" in names_of(authority)
    assert names_of(server) == ["kueue-webhook-service.kueue-system.svc", "localhost"]
    assert keys["ca.key"].startswith(b"-----BEGIN RSA PRIVATE KEY-----")
    assert base64.b64encode(keys["ca.crt"])


def names_of(certificate: x509.Certificate) -> list[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return found.value.get_values_for_type(x509.DNSName)


def test_kueue_comes_last_and_another_name_is_refused() -> None:
    assert companions(["kueue", "leaderworkerset", "jobset"]) == [JOBSET, LEADERWORKERSET, KUEUE]
    known = "there are jobset, leaderworkerset, kueue"
    with pytest.raises(LabError, match=f"--with volcano: the lab knows no such companion; {known}"):
        companions(["kueue", "volcano"])


def test_what_is_called_short_in_its_own_manifests_is_called_so_here() -> None:
    found = LEADERWORKERSET
    assert (found.name, found.namespace, found.account) == (
        "leaderworkerset", "lws-system", "lws-controller-manager",
    )  # fmt: skip
    assert (found.webhook_service, found.secret) == ("lws-webhook-service", "lws-webhook-server-cert")


def test_a_process_is_told_with_its_cluster() -> None:
    found = [cluster_of(name) for name in ("operator", "agent-lake-mariner", "kueue-lake-mariner")]
    assert found == ["hub", "lake-mariner", "lake-mariner"]
