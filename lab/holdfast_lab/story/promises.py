"""The second act: three reservations are answered, two with a promise and one with a hold."""

from __future__ import annotations

from holdfast_lab import clock
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import Document, instant, reservation
from holdfast_lab.story.reading import reason, stands
from holdfast_lab.story.reading import reservation as read

PRETRAIN = "anthropic/pretrain"
FINETUNE = "mistral/finetune"
EVALS = "mistral/evals"
AHEAD_SECONDS = 30
EVALS_SECONDS = 600


def tenants_reserve(context: Context) -> str:
    """Each tenant applies its reservations with its own credentials."""
    now = clock.now().timestamp()
    long = {"end": instant(now + 3600)}
    ahead = {"start": instant(now + AHEAD_SECONDS), "end": instant(now + 3600)}
    flexible = {"durationSeconds": EVALS_SECONDS, "latestEnd": instant(now + 1200)}
    _apply(context, reservation(PRETRAIN, "tpu7x", 2, long, "4x4x8"))
    context.until(lambda: stands(context.person("anthropic"), PRETRAIN, "Active"), 30, f"{PRETRAIN} Active")
    _apply(context, reservation(FINETUNE, "gb300-nvl72", 2, ahead))
    _apply(context, reservation(EVALS, "tpu7x", 1, flexible, "4x4x8"))
    context.notes["finetune starts"] = int(now + AHEAD_SECONDS)
    context.notes["uid"] = read(context.person("anthropic"), PRETRAIN)["metadata"]["uid"]
    return "3 reservations applied"


def _apply(context: Context, document: Document) -> None:
    context.person(document["metadata"]["namespace"]).apply(document)


def answers_stand(context: Context) -> str:
    """`kubectl get cares -A`: Active, Scheduled, and a hold with its earliest start."""

    def answered() -> str:
        found = context.engineer().get("cares", "-A")["items"]
        said = {f"{one['metadata']['namespace']}/{one['metadata']['name']}": one for one in found}
        hold = said[EVALS].get("status", {}).get("hold", {}) if EVALS in said else {}
        reasons = [reason(said.get(path, {})) for path in (PRETRAIN, FINETUNE, EVALS)]
        if reasons != ["Active", "Scheduled", "WindowConflict"] or not hold.get("earliestStart"):
            return ""
        return f"Active, Scheduled, and held: {hold['message']} (earliest {hold['earliestStart']})"

    return context.until(answered, 20, "Active, Scheduled and a hold with its earliest start")


def nobody_sees_the_others(context: Context) -> str:
    """As mistral: its own hold names no other tenant, and the other's reservations cannot be read."""
    person = context.person("mistral")
    if "anthropic" in str(read(person, EVALS).get("status", {})):
        raise AssertionError("the hold tells mistral the name of another tenant")
    refused = person.attempt("get", "cares", "-n", "anthropic")
    if refused.returncode == 0:
        raise AssertionError("mistral can read anthropic's reservations")
    return "the hold names nobody else; reading anthropic's reservations is Forbidden"


def the_window_opens(context: Context) -> str:
    """As mistral: the reservation made ahead becomes Active when its window opens, not before."""
    start = context.notes["finetune starts"]

    patience = max(0.0, start - clock.now().timestamp()) + 30
    context.until(
        lambda: stands(context.person("mistral"), FINETUNE, "Active"), patience, f"{FINETUNE} Active"
    )
    opened = clock.now().timestamp() - start
    if opened < 0:
        raise AssertionError(f"the window opened {-opened:.0f} s early")
    return f"Active {opened:.0f} s after its start"
