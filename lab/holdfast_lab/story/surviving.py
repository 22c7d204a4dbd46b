"""The failure that a JobSet lives through: a cube of its two slices breaks, its tenant agrees, and it goes on."""

from __future__ import annotations

import json
from typing import Any

from holdfast_lab.slice_controller.rules import PARTITION
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import Document, job, pod_template
from holdfast_lab.story.promises import PRETRAIN
from holdfast_lab.story.reading import reservation, stands, units_of
from holdfast_lab.story.running import TPU
from holdfast_lab.testing import Kubectl

SITE, NAME, HOSTS = "lake-mariner", "pretrain", 32
SECONDS = 60
"""How long its pods run: longer than it takes to break a cube, and once more after that."""


def a_job_set_is_asked(context: Context) -> str:
    """As anthropic: a JobSet runs on both slices; the chips of a cube break; nothing moves, and its tenant is asked."""
    person = context.person("anthropic", SITE)
    person.run("apply", "-n", "anthropic", "-f", "-", stdin=json.dumps(_job_set(context)))
    context.until(lambda: _all_run(person), 60, f"{2 * HOSTS} pods of the JobSet running")
    units = units_of(context.engineer(), context.notes["uid"])
    cube = context.notes["broken cube"] = min(units)
    _partition(context, cube, "UNHEALTHY")
    asker = context.person("anthropic")
    context.until(lambda: stands(asker, PRETRAIN, "AwaitingConsent"), 40, f"{PRETRAIN} AwaitingConsent")
    if units_of(context.engineer(), context.notes["uid"]) != units or _going(person):
        raise AssertionError(f"{cube} broke, and something of {PRETRAIN} was moved before its tenant agreed")
    return f"{2 * HOSTS} pods on two slices; the chips of {cube} broke, and {PRETRAIN} is asked"


def it_goes_on_with_consent(context: Context) -> str:
    """As anthropic: with its consent a spare comes in, the slice is formed anew, and the JobSet completes."""
    asker, cube = context.person("anthropic"), context.notes["broken cube"]
    found = reservation(asker, PRETRAIN)["status"]["repairs"]
    consent = next(
        {key: one[key] for key in ("pool", "unit", "grant")} for one in found if one["unit"] == cube
    )
    before = set(units_of(context.engineer(), context.notes["uid"]))
    change = json.dumps({"spec": {"repair": {"consents": [consent]}}})
    asker.run("patch", "cares", "pretrain", "-n", "anthropic", "--type=merge", "-p", change)
    spare = context.until(lambda: _spare(context, cube, before), 60, f"a spare in the place of {cube}")
    person = context.person("anthropic", SITE)
    context.until(lambda: _state(person), 150, "the JobSet has completed")
    context.until(lambda: stands(asker, PRETRAIN, "Active"), 40, f"{PRETRAIN} Active")
    slices = [_ready(one) for one in context.engineer(SITE).get("slices")["items"]]
    person.run("delete", "jobset", NAME, "-n", "anthropic")
    _partition(context, cube, "HEALTHY")
    if slices != ["ACTIVE", "ACTIVE"]:
        raise AssertionError(f"the slices of {PRETRAIN} are {slices}")
    return f"{spare} took the place of {cube}, both slices are ACTIVE, and the JobSet has completed"


def _job_set(context: Context) -> Document:
    (access,) = reservation(context.person("anthropic"), PRETRAIN)["status"]["access"]
    spec = job("half", HOSTS, pod_template(access, TPU, SECONDS))["spec"]
    half = {"name": "half", "replicas": 2, "template": {"spec": spec}}
    return {
        "apiVersion": "jobset.x-k8s.io/v1alpha2",
        "kind": "JobSet",
        "metadata": {"name": NAME},
        "spec": {"failurePolicy": {"maxRestarts": 6}, "replicatedJobs": [half]},
    }


def _pods(person: Kubectl) -> list[Document]:
    found: list[Document] = person.get(
        "pods", "-n", "anthropic", "-l", f"jobset.sigs.k8s.io/jobset-name={NAME}"
    )["items"]
    return found


def _going(person: Kubectl) -> bool:
    """Whether a pod of it was asked to go."""
    return any("deletionTimestamp" in one["metadata"] for one in _pods(person))


def _all_run(person: Kubectl) -> str:
    pods = _pods(person)
    run = sum(
        one["status"].get("phase") == "Running" and "deletionTimestamp" not in one["metadata"] for one in pods
    )
    return "all" if run == 2 * HOSTS else ""


def _partition(context: Context, cube: str, state: str) -> None:
    """What Google labels a cube's hosts with."""
    engineer = context.engineer(SITE)
    engineer.run(
        "label", "nodes", "-l", f"holdfast.dev/unit={cube}", f"{PARTITION}-state={state}", "--overwrite"
    )


def _spare(context: Context, cube: str, before: set[str]) -> str:
    now = set(units_of(context.engineer(), context.notes["uid"]))
    return ", ".join(sorted(now - before)) if cube not in now and len(now) == len(before) else ""


def _state(person: Kubectl) -> str:
    found: Any = person.get("jobset", NAME, "-n", "anthropic")
    state = str(found.get("status", {}).get("terminalState", ""))
    return state if state == "Completed" else ""


def _ready(one: Document) -> str:
    conditions = one.get("status", {}).get("conditions", [])
    return next((str(each["reason"]) for each in conditions if each["type"] == "Ready"), "")
