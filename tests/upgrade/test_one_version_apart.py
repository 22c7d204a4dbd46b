"""From the manifests of 0.1.0 to these, and back, under a live promise: nothing is promised anew, all goes on.

`tests/upgrade/0.1.0` is what `make release` wrote of that version. Software of that version is not here: what runs is
this version's operator, on the older manifests first.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.documents import Document
from tests.guards.server import OURS, SITE_PARTS, Server, serving, wait_until_in_force
from tests.guards.stage import Stage, staged

from holdfast_lab.installation import MANIFESTS, install
from holdfast_lab.programs import ensure_programs
from holdfast_lab.progress import Progress

pytestmark = pytest.mark.lab

OLD = Path(__file__).parent / "0.1.0"
PARTS = ("definitions", "hub")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A hub of 0.1.0 with an operator, and one promise of mistral's."""
    with staged(tmp_path_factory.mktemp("hub"), parts=[str(OLD / part) for part in PARTS]) as stage:
        stage.reserve("mistral", 1)
        yield stage


@pytest.fixture(scope="module")
def promised(stage: Stage) -> Document:
    """Promise object and ledger entry as they were before anything was changed, the entry rolled forward."""
    stage.until(lambda: bool(standing(stage)["entry"]["state"] == "Committed"), 60)
    return standing(stage)


def standing(stage: Stage) -> Document:
    """What is stored of mistral's promise."""
    promises = stage.server.call("GET", f"{OURS}/capacitypromises").document["items"]
    (mine,) = [one for one in promises if one["spec"]["tenant"] == "mistral"]
    ledger = stage.server.call("GET", f"{OURS}/acceleratorpools/ny.a").document["status"]
    return {"promise": mine["spec"], "entry": ledger["promises"][mine["metadata"]["name"]]}


def install_all(server: Server, folder: Path, parts: tuple[str, ...] = PARTS) -> None:
    """Apply a version's manifests over what is there, and wait until they are what holds."""
    for part in parts:
        assert install(server.cluster, folder / part)
    wait_until_in_force(server, parts[-1])


def guarded(stage: Stage) -> bool:
    """Whether the server refuses to lose the promise."""
    path = f"{OURS}/capacitypromises/{standing_uid(stage)}"
    return stage.server.call("DELETE", path).status == 422


def standing_uid(stage: Stage) -> str:
    """The uid of mistral's reservation."""
    found = stage.server.call("GET", f"{OURS}/namespaces/mistral/capacityreservations/r0").document
    return str(found["metadata"]["uid"])


def test_an_upgrade_leaves_the_promise_as_it_is_and_the_operator_goes_on(
    stage: Stage, promised: Document
) -> None:
    install_all(stage.server, MANIFESTS)
    assert standing(stage) == promised
    assert guarded(stage)
    made = stage.reserve("anthropic", 1)
    assert stage.states(made) == {"Committed"}


def test_a_second_apply_of_the_same_finds_nothing_to_change(stage: Stage, promised: Document) -> None:
    assert promised
    for part in PARTS:
        assert difference(stage.server, MANIFESTS / part) == ""


def test_a_downgrade_leaves_the_promise_as_it_is_and_the_operator_goes_on(
    stage: Stage, promised: Document
) -> None:
    install_all(stage.server, OLD)
    assert standing(stage) == promised
    assert guarded(stage)
    stage.cancel(
        *stage.server.call("GET", f"{OURS}/namespaces/anthropic/capacityreservations").document["items"]
    )
    stage.until(lambda: "Committed" in stage.states(again(stage)), 60)


def again(stage: Stage) -> list[Document]:
    """One more reservation of anthropic's, made once."""
    path = f"{OURS}/namespaces/anthropic/capacityreservations/later"
    found = stage.server.call("GET", path)
    if not found.accepted:
        mine = stage.server.call("GET", f"{OURS}/namespaces/mistral/capacityreservations/r0").document
        meta = {"name": "later", "namespace": "anthropic"}
        kept = {key: mine[key] for key in ("apiVersion", "kind", "spec")}
        found = stage.server.create({**kept, "metadata": meta})
    return [found.document]


def test_the_manifests_of_a_site_go_up_and_down_and_are_quiet(tmp_path: Path) -> None:
    with serving(tmp_path, [str(OLD / "site")]) as server:
        for folder in (MANIFESTS, OLD, MANIFESTS):
            install_all(server, folder, SITE_PARTS)
        assert difference(server, MANIFESTS / "site") == ""


def difference(server: Server, folder: Path) -> str:
    """What `kubectl diff` says of applying a folder once more."""
    kubectl = ensure_programs(Progress()) / "kubectl"
    words = [
        "diff",
        "--server-side",
        "--force-conflicts",
        "--field-manager=holdfast-install",
        "-k",
        str(folder),
    ]
    argv = [str(kubectl), f"--kubeconfig={server.cluster.kubeconfig('admin')}", *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
