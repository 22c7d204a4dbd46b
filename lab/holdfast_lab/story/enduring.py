"""What moves nothing, in the fourth act: a blip that nobody notices, and a domain that goes on with fewer hosts."""

from __future__ import annotations

from holdfast_lab.story.context import Context
from holdfast_lab.story.promises import FINETUNE, PRETRAIN
from holdfast_lab.story.reading import is_true, reservation, stands, units_of
from holdfast_lab.story.running import TRAINER, own_nodes

LOST = 2


def a_blip_passes(context: Context) -> str:
    """The long run's own host is silent for a moment: the same pod runs on, on the same units, Active throughout."""
    node, before = context.notes["trainer's node"], _standing(context)
    context.must("lab", "cloud", "fault", "host", node, "--away")
    context.until(lambda: "" if _ready(context, node) else "silent", 20, f"{node} NotReady")
    still = stands(context.person("anthropic"), PRETRAIN, "Active")
    context.must("lab", "cloud", "fault", "clear", "host", node)
    context.until(lambda: "back" if _ready(context, node) else "", 20, f"{node} Ready")
    if not still or _standing(context) != before:
        raise AssertionError(f"a blip of {node} moved something, or was told to {PRETRAIN}")
    return f"{node} was silent and is back; {PRETRAIN} was Active throughout, its pod is the one that it was"


def _ready(context: Context, node: str) -> bool:
    return is_true(context.engineer("lake-mariner").get("node", node), "Ready")


def _standing(context: Context) -> tuple[str, dict[str, str]]:
    """The uid of the pod that runs, and the units of its reservation."""
    pod = context.person("anthropic", "lake-mariner").get("pod", TRAINER, "-n", "anthropic")
    return str(pod["metadata"]["uid"]), units_of(context.engineer(), context.notes["uid"])


def a_domain_stays(context: Context) -> str:
    """Two hosts of a domain of mistral's fail: it is told as Degraded, 16 of 18, and stays; no spare is taken."""
    person, before = context.person("mistral"), _domains(context)
    domain = min(before)
    lost = [node for node in sorted(own_nodes(context, FINETUNE, "abernathy")) if domain in node][:LOST]
    for node in lost:
        context.must("lab", "cloud", "fault", "host", node)
    context.until(lambda: stands(person, FINETUNE, "Degraded"), 30, f"{FINETUNE} Degraded")
    (told,) = reservation(person, FINETUNE)["status"]["repairs"]
    if _domains(context) != before or told["state"] != "Degraded":
        raise AssertionError(f"{domain} lost {LOST} of its hosts and was taken from {FINETUNE}")
    return f"{told['unit']}: {told['hostsHealthy']} of {told['hosts']} hosts, Degraded; it stays, the spare is spare"


def _domains(context: Context) -> dict[str, str]:
    uid = reservation(context.engineer(), FINETUNE)["metadata"]["uid"]
    return units_of(context.engineer(), uid)
