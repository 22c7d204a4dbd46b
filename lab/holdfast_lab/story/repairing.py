"""The fourth act: a host fails, a spare takes its unit's place, and the unit comes back clean."""

from __future__ import annotations

from holdfast_lab.story.context import Context
from holdfast_lab.story.promises import PRETRAIN
from holdfast_lab.story.reading import reservation, stands, units_of
from holdfast_lab.story.running import own_nodes

POOL = "lake-mariner.tpu7x-a"


def a_host_fails(context: Context) -> str:
    """A host of anthropic fails, away from the long run: a spare is added first, then the failed unit leaves."""
    uid = context.notes["uid"]
    before = set(units_of(context.engineer(), uid))
    node, unit = _victim(context)
    context.must("lab", "cloud", "fault", "host", node)
    context.notes["failed unit"], context.notes["failed node"] = unit, node

    def replaced() -> str:
        now = set(units_of(context.engineer(), uid))
        settled = unit not in now and len(now) == len(before)
        return ", ".join(sorted(now - before)) if settled else ""

    spare = context.until(replaced, 60, f"a spare in the place of {unit}")
    _stands(context)
    return f"{unit} failed, {spare} took its place; {PRETRAIN} keeps name and uid"


def _victim(context: Context) -> tuple[str, str]:
    nodes = context.engineer("lake-mariner").get("nodes", "-l", "holdfast.dev/unit")["items"]
    unit_of = {node["metadata"]["name"]: node["metadata"]["labels"]["holdfast.dev/unit"] for node in nodes}
    trainer = unit_of[context.notes["trainer's node"]]
    mine = sorted(own_nodes(context, PRETRAIN, "lake-mariner"))
    node = next(name for name in mine if unit_of[name] != trainer)
    return node, unit_of[node]


def _stands(context: Context) -> None:
    person = context.person("anthropic")
    context.until(lambda: stands(person, PRETRAIN, "Active"), 40, f"{PRETRAIN} Active")
    if reservation(person, PRETRAIN)["metadata"]["uid"] != context.notes["uid"]:
        raise AssertionError("the reservation is not the one it was")


def the_host_recovers(context: Context) -> str:
    """The host comes back; its unit is cleaned and is nobody's again."""
    unit = context.notes["failed unit"]
    context.must("lab", "cloud", "fault", "clear", "host", context.notes["failed node"])

    def free() -> str:
        pool = context.engineer().get("acceleratorpool", POOL)
        report = context.engineer().get("poolreport", POOL)
        healthy = report["spec"]["units"].get(unit, {}).get("health") == "Healthy"
        return "clean" if healthy and unit not in pool["status"]["units"] else ""

    context.until(free, 60, f"{unit} clean and free")
    return f"{unit} is healthy, clean and free"
