"""The fourth act: a host fails, a spare takes its unit's place, and the unit comes back clean."""

from __future__ import annotations

from holdfast_lab.story.context import Stage
from holdfast_lab.story.promises import PRETRAIN
from holdfast_lab.story.reading import reservation, stands, units_of
from holdfast_lab.story.running import own_nodes

POOL = "lake-mariner.tpu7x-a"


def a_host_fails(stage: Stage) -> str:
    """A host of anthropic fails, away from the long run: a spare is added first, then the failed unit leaves."""
    uid = stage.notes["uid"]
    before = set(units_of(stage.engineer(), uid))
    node, unit = _victim(stage)
    stage.must("lab", "cloud", "fault", "host", node)
    stage.notes["failed unit"], stage.notes["failed node"] = unit, node

    def replaced() -> str:
        now = set(units_of(stage.engineer(), uid))
        settled = unit not in now and len(now) == len(before)
        return ", ".join(sorted(now - before)) if settled else ""

    spare = stage.until(replaced, 60, f"a spare in the place of {unit}")
    _stands(stage)
    return f"{unit} failed, {spare} took its place; {PRETRAIN} keeps name and uid"


def _victim(stage: Stage) -> tuple[str, str]:
    nodes = stage.engineer("lake-mariner").get("nodes", "-l", "holdfast.dev/unit")["items"]
    unit_of = {node["metadata"]["name"]: node["metadata"]["labels"]["holdfast.dev/unit"] for node in nodes}
    trainer = unit_of[stage.notes["trainer's node"]]
    mine = sorted(own_nodes(stage, PRETRAIN, "lake-mariner"))
    node = next(name for name in mine if unit_of[name] != trainer)
    return node, unit_of[node]


def _stands(stage: Stage) -> None:
    person = stage.person("anthropic")
    stage.until(lambda: stands(person, PRETRAIN, "Active"), 40, f"{PRETRAIN} Active")
    if reservation(person, PRETRAIN)["metadata"]["uid"] != stage.notes["uid"]:
        raise AssertionError("the reservation is not the one it was")


def the_host_recovers(stage: Stage) -> str:
    """The host comes back; its unit is cleaned and is nobody's again."""
    unit = stage.notes["failed unit"]
    stage.must("lab", "cloud", "fault", "clear", "host", stage.notes["failed node"])

    def free() -> str:
        pool = stage.engineer().get("acceleratorpool", POOL)
        report = stage.engineer().get("poolreport", POOL)
        healthy = report["spec"]["units"].get(unit, {}).get("health") == "Healthy"
        return "clean" if healthy and unit not in pool["status"]["units"] else ""

    stage.until(free, 60, f"{unit} clean and free")
    return f"{unit} is healthy, clean and free"
