"""NVL72 domains on a real control plane: hosts that are silent for a moment, that stay away, and that are too many.

A job of one pod a host runs on two domains all the while. What comes to pass at a site is read from the versions that
its server numbers its writes with: which of two things came first needs no clock.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence, Set

import pytest
from tests.e2e.acts import after, amended, becomes, clean, uid_of
from tests.e2e.watching import watching

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import Document, job, pod_template, reservation, tenant
from holdfast_lab.story.reading import reservation as read
from holdfast_lab.story.reading import units_of
from holdfast_lab.story.running import FOREVER, GPU
from holdfast_lab.testing import FAILED, running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
SITE, POOL, PATH = "abernathy", "abernathy.gb300-a", "mistral/finetune"
DWELL = 8
SOON = 30.0
"""Seconds after a consent within which its spare must be open."""
MARKED = "{.object.metadata.resourceVersion}|{.object.spec.nodeName}|{.object.metadata.deletionTimestamp}"
LABEL = "holdfast\\.node-restriction\\.kubernetes\\.io/reservation"
LABELLED = (
    "{.object.metadata.resourceVersion} {.object.metadata.name} {.object.metadata.labels." + LABEL + "}"
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Abernathy with three domains and a short dwell; two of them run a job of mistral, which wants to be asked."""
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], OPERATOR_AND_AGENTS) as lab:
        context = Context(lab)
        dwell = f"holdfast:datacenter.dwellSeconds={DWELL}"
        context.must("lab", "pulumi", "up", SITE, "--yes", "--config", dwell)
        context.engineer().apply(*tenant("mistral", {"gb300-nvl72": 432}))
        context.until(lambda: ready(context), 60, "three healthy domains")
        wanted = reservation(PATH, "gb300-nvl72", 2, {"end": after(3600)})
        wanted["spec"]["repair"] = {"policy": "AskFirst"}
        context.person("mistral").apply(wanted)
        becomes(context, PATH, "Active", 60)
        start(context)
        yield context


def ready(context: Context) -> str:
    pool = context.engineer().get("acceleratorpool", POOL)
    return "yes" if pool.get("status", {}).get("capacity", {}).get("healthy") == 3 else ""


def start(context: Context) -> None:
    """A job of 36 pods that goes on, and makes those anew that are sent away."""
    (access,) = read(context.person("mistral"), PATH)["status"]["access"]
    work = job("train", 36, pod_template(access, GPU, FOREVER))
    del work["spec"]["backoffLimit"]
    work["spec"] |= {"completionMode": "Indexed", "backoffLimitPerIndex": 6}
    context.person("mistral", SITE).run("apply", "-n", "mistral", "-f", "-", stdin=json.dumps(work))
    context.until(lambda: "yes" if len(pods(context)) == 36 else "", 60, "36 pods running")


def pods(context: Context) -> dict[str, str]:
    """uid → node of the pods that run and are not asked to go."""
    found = context.person("mistral", SITE).get("pods", "-n", "mistral", "-l", "job-name=train")["items"]
    return {
        str(one["metadata"]["uid"]): str(one["spec"]["nodeName"])
        for one in found
        if one["status"].get("phase") == "Running" and "deletionTimestamp" not in one["metadata"]
    }


def on_others(running: dict[str, str], hosts: Sequence[str]) -> dict[str, str]:
    """Those of the pods that are not on these hosts: a cluster sends pods away from hosts that are gone by itself."""
    return {uid: node for uid, node in running.items() if node not in hosts}


def held(context: Context) -> dict[str, str]:
    return units_of(context.engineer(), uid_of(context, PATH))


def hosts_of(context: Context, unit: str) -> list[str]:
    marked = context.engineer(SITE).get("nodes", "-l", f"holdfast.dev/unit={unit}")["items"]
    return sorted(node["metadata"]["name"] for node in marked)


def silent(context: Context, *hosts: str, how: str = "away") -> None:
    context.engineer(SITE).run("annotate", "node", *hosts, f"{FAILED}={how}", "--overwrite")


def back(context: Context, *hosts: str) -> None:
    context.engineer(SITE).run("annotate", "node", *hosts, f"{FAILED}-")


def repairs(context: Context) -> list[Document]:
    found: list[Document] = read(context.person("mistral"), PATH)["status"].get("repairs", [])
    return found


def says(context: Context, unit: str, wanted: str) -> str:
    """Not empty once `holdfast hosts` tells a tenant that so many hosts of its domain work."""
    answer = json.loads(context.must("hosts", PATH, "-o", "json"))
    units = [one for place in answer["datacenters"] for one in place["units"] if one["unit"] == unit]
    return wanted if [f"{one['ready']} of {one['expected']}" for one in units] == [wanted] else ""


def in_trouble(context: Context, unit: str) -> str:
    """Not empty while the ledger times this domain's trouble."""
    trouble = context.engineer().get("acceleratorpool", POOL)["status"]["units"][unit].get("trouble", {})
    return "timed" if trouble and "ended" not in trouble else ""


def test_a_host_that_is_silent_for_a_moment_moves_nothing(running: Context) -> None:
    before, units = pods(running), held(running)
    host = hosts_of(running, min(units))[0]
    with watching(running.engineer(SITE), MARKED, "pods", "-n", "mistral") as seen:
        silent(running, host)
        running.until(lambda: says(running, min(units), "17 of 18"), 30, "17 of 18 told")
        back(running, host)
        becomes(running, PATH, "Active")
    assert (pods(running), held(running)) == (before, units)
    assert marked(seen.lines, set(before.values())) == []


def test_so_many_that_too_few_are_left_move_nothing_if_they_are_back_within_the_dwell(
    running: Context,
) -> None:
    before, units = pods(running), held(running)
    unit = min(units)
    silent(running, *hosts_of(running, unit)[:3])
    running.until(lambda: in_trouble(running, unit), 30, "trouble is timed")
    back(running, *hosts_of(running, unit)[:3])
    running.until(lambda: "" if in_trouble(running, unit) else "well", 30, "trouble is over")
    time.sleep(DWELL)
    assert (pods(running), held(running)) == (before, units)
    becomes(running, PATH, "Active")
    assert repairs(running) == []


def test_a_domain_with_16_of_18_hosts_is_degraded_and_stays(running: Context) -> None:
    before, units = pods(running), held(running)
    unit = min(units)
    lost = hosts_of(running, unit)[:2]
    silent(running, *lost, how="true")
    becomes(running, PATH, "Degraded")
    running.until(lambda: says(running, unit, "16 of 18"), 20, "16 of 18 told")
    assert "16/18" in running.must("status")
    (said,) = repairs(running)
    assert (said["state"], said["unit"], said["hostsHealthy"], said["hosts"]) == ("Degraded", unit, 16, 18)
    time.sleep(DWELL + 2)
    assert on_others(pods(running), lost) == on_others(before, lost)
    assert held(running) == units


def test_one_with_15_stays_until_its_tenant_agrees_and_its_spare_is_open_before_a_pod_is_sent_away(
    running: Context,
) -> None:
    before, units = pods(running), held(running)
    unit = min(units)
    lost = hosts_of(running, unit)[:3]
    silent(running, lost[2], how="true")
    becomes(running, PATH, "AwaitingConsent")
    time.sleep(DWELL)
    good = on_others(before, lost)
    assert (on_others(pods(running), lost), held(running)) == (good, units)
    took = swapped_by_consent(running, unit, set(good.values()))
    print(f"spare open {took:.1f} s after the consent")  # noqa: T201
    assert took <= SOON
    running.until(lambda: "yes" if len(pods(running)) == 36 else "", 60, "the job has its 36 pods again")
    becomes(running, PATH, "Active", 60)
    assert on_others(good, hosts_of(running, unit)).items() <= pods(running).items()
    assert unit not in held(running)
    assert clean(running).startswith("clean")


def swapped_by_consent(context: Context, unit: str, good: Set[str]) -> float:
    """The tenant agrees; seconds until its spare is open. Pods on its `good` hosts were asked to go after that."""
    uid, (spare,) = uid_of(context, PATH), {f"domain-0{n}" for n in range(3)} - held(context).keys()
    (asked,) = repairs(context)
    consent = {key: asked[key] for key in ("pool", "unit", "grant")}
    going = watching(context.engineer(SITE), MARKED, "pods", "-n", "mistral")
    opening = watching(context.engineer(SITE), LABELLED, "nodes", "-l", f"holdfast.dev/unit={spare}")
    with going as pods_seen, opening as nodes_seen:
        began = time.monotonic()
        amended(context.person("mistral"), PATH, repair={"policy": "AskFirst", "consents": [consent]})
        nodes_seen.until(lambda lines: len(opened(lines, uid)) == 18, SOON)
        took = time.monotonic() - began
        pods_seen.until(lambda lines: bool(marked(lines, good)), SOON)
    assert max(opened(nodes_seen.lines, uid).values()) < min(marked(pods_seen.lines, good))
    return took


def opened(lines: list[str], uid: str) -> dict[str, int]:
    """host → the version at which it first carried the reservation's label."""
    found: dict[str, int] = {}
    for version, host, *label in (line.split() for line in lines):
        if label == [uid]:
            found.setdefault(host, int(version))
    return found


def marked(lines: list[str], hosts: Set[str]) -> list[int]:
    """The versions at which pods on these hosts were asked to go."""
    words = (line.split("|") for line in lines)
    return [int(version) for version, host, when in words if when and host in hosts]
