"""Beside the refusals: what a tenant is meant to do is done, and an exception opens what it says and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.documents import Edit, changed, edit, edits
from tests.guards.server import ENGINEER, OURS, Identity
from tests.hostile.attack import Attack, Try, play
from tests.hostile.own_attacks import CHANNEL_CLASS, DEVICES, asking
from tests.hostile.pod_attacks import away_from, confined, mounted, with_container
from tests.hostile.pod_specs import OF_A_MISTAKE, OF_THE_ROLE, created, lawful
from tests.hostile.world import World, done, open_hosts, until

from holdfast_lab.installation import MANIFESTS
from holdfast_lab.testing import platform_engineer

RESTRICTED = 'violates PodSecurity "restricted:latest"'


def tried(world: World, who: str, request: Try, place: str = "site") -> str:
    """Why it is refused; empty where it would be done."""
    return play(world, Attack("", who, place, "", "", request), dry=True).message


@pytest.mark.parametrize("way", OF_THE_ROLE)
def test_a_lawful_pod_comes_by_every_way_of_a_tenants_role(world: World, way: str) -> None:
    assert tried(world, "mistral", created("mistral", way, lawful("mistral"))) == ""


@pytest.mark.parametrize("way", OF_A_MISTAKE)
def test_policies_forbid_nothing_lawful_to_who_has_more_rights(world: World, way: str) -> None:
    assert tried(world, "mallory", created("mallory", way, lawful("mallory"))) == ""


NO_EXECUTE = {"effect": "NoExecute"}
LAWFUL = [
    ("names a class of tenants", edit("priorityClassName", "holdfast-tenant")),
    ("makes room for its own", edit("priorityClassName", "holdfast-tenant-low")),
    ("stays long on a host in trouble", lambda spec: spec["tolerations"].append(
        {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 900, **NO_EXECUTE})),
    ("keeps away from its own", away_from(namespaces=["mistral"])),
    ("is probed at its own address", with_container("readinessProbe", {"httpGet": {"port": 80}})),
    ("has memory for its volumes", edit("volumes", [{"name": "shm", "emptyDir": {"medium": "Memory"}}])),
    ("runs on nodes declared for its tenant", edits(
        edit("nodeSelector", {"holdfast.node-restriction.kubernetes.io/tenant": "mistral"}),
        lambda spec: spec["tolerations"].append({"key": "holdfast.dev/tenant", "value": "mistral"}))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change"), LAWFUL, ids=[what for what, _ in LAWFUL])
def test_a_pod_may_do_what_hurts_nobody(world: World, what: str, change: Edit) -> None:
    assert tried(world, "mistral", created("mistral", "pod", changed(lawful("mistral"), change))) == "", what


def adding(capability: str) -> Edit:
    """One capability more."""
    return confined(capabilities={"drop": ["ALL"], "add": [capability]})


OPENED = {
    "Rdma": [
        ("the driver's directory, read", mounted("/home/kubernetes/bin/nvidia", readOnly=True)),
        ("the plugin's directory, read", mounted("/home/kubernetes/bin/gib", readOnly=True)),
        ("memory locked for the adapter", adding("IPC_LOCK")),
    ],
    "LockedMemory": [("a higher limit of locked memory", adding("SYS_RESOURCE"))],
    "RootUser": [
        ("root in its container", edits(
            edit("securityContext", "runAsNonRoot", None), edit("securityContext", "runAsUser", 0))),
    ],
}  # fmt: skip
ROWS = [(name, what, change) for name, rows in OPENED.items() for what, change in rows]


@pytest.fixture(scope="module")
def grant(world: World) -> Callable[[str], None]:
    """A platform engineer grants mistral exactly one exception, or none, at the hub; the agent shows it at the site."""

    def granted(name: str) -> None:
        spec = {"spec": {"podExceptions": [name] if name else []}}
        done(world.hub.call("PATCH", f"{OURS}/tenants/mistral", spec, ENGINEER))
        until(lambda: _shown(world) == ({name} if name else set()), f"{name or 'nothing'} shown at the site")

    return granted


def _shown(world: World) -> set[str]:
    labels = done(world.site.call("GET", "/api/v1/namespaces/mistral"))["metadata"]["labels"]
    return {key.partition("/")[2] for key in labels if key.startswith("pod-exception.holdfast.dev/")}


@pytest.mark.parametrize(("name", "what", "change"), ROWS, ids=[f"{name}: {what}" for name, what, _ in ROWS])
def test_an_exception_opens_what_it_says_while_it_is_granted(
    world: World, grant: Callable[[str], None], name: str, what: str, change: Edit
) -> None:
    request = created("mistral", "pod", changed(lawful("mistral"), change))
    grant(name)
    assert tried(world, "mistral", request) == "", what
    grant("")
    assert RESTRICTED in tried(world, "mistral", request)


@pytest.mark.parametrize("name", OPENED)
def test_an_exception_opens_nothing_of_another(world: World, grant: Callable[[str], None], name: str) -> None:
    grant(name)
    others = [change for other, _, change in ROWS if other != name]
    for change in others:
        assert tried(world, "mistral", created("mistral", "pod", changed(lawful("mistral"), change))) != ""
    grant("")


def test_a_tenant_claims_a_channel_of_its_compute_domain(world: World) -> None:
    for plural, spec in (
        ("resourceclaims", {"devices": asking(CHANNEL_CLASS)}),
        ("resourceclaimtemplates", {"spec": {"devices": asking(CHANNEL_CLASS)}}),
    ):
        made = {"metadata": {"name": "channel"}, "spec": spec}
        assert tried(world, "mistral", Try("POST", f"{DEVICES}/namespaces/mistral/{plural}", made)) == ""


def test_the_drivers_controller_marks_the_claim_template_that_it_makes(world: World) -> None:
    mark = {"resource.nvidia.com/computeDomain": "a-domain"}
    made = {
        "metadata": {"name": "marked", "labels": mark},
        "spec": {"spec": {"devices": asking(CHANNEL_CLASS)}},
    }
    path = f"{DEVICES}/namespaces/mistral/resourceclaimtemplates"
    done(world.site.call("POST", path + "?dryRun=All", made))


def test_a_kubelet_tells_how_its_host_and_its_pods_are(world: World) -> None:
    host = open_hosts(world, "mistral")[0]
    kubelet = Identity(f"system:node:{host}", ("system:nodes", "system:authenticated"))
    heard = {"metadata": {"annotations": {"csi.volume.kubernetes.io/nodeid": "{}"}}}
    for path, body in (
        (f"/api/v1/nodes/{host}/status", {"status": {"phase": "Running"}}),
        (f"/api/v1/nodes/{host}", heard),
        ("/api/v1/namespaces/mistral/pods/train/status", {"status": {"message": "runs"}}),
    ):
        assert world.site.call("PATCH", f"{path}?dryRun=All", body, kubelet).message == ""


def test_the_example_of_a_new_tenant_is_what_a_platform_engineer_may_apply(world: World) -> None:
    example = MANIFESTS.parent / "examples" / "a-new-tenant" / "tenant.yaml"
    said = platform_engineer(world.lab).run(
        "apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", str(example)
    )
    assert [line.split("/")[0] for line in said.splitlines()] == [
        "tenant.holdfast.dev",
        "namespace",
        "rolebinding.rbac.authorization.k8s.io",
        "resourcequota",
    ]


def test_a_tenant_sees_why_and_how_many(world: World) -> None:
    site = ("events", "resourcequotas/holdfast-tenant")
    paths = [("site", f"/api/v1/namespaces/mistral/{what}") for what in site]
    paths.append(("site", "/apis/networking.k8s.io/v1/namespaces/mistral/networkpolicies/holdfast-tenant"))
    paths += [("hub", f"/api/v1/namespaces/mistral/{what}") for what in ("events", "resourcequotas")]
    paths.append(("hub", f"{OURS}/namespaces/mistral/capacityreservations/standing"))
    for place, path in paths:
        assert world.person("mistral", place).call("GET", path).message == ""
