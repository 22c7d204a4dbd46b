"""The story of one life: who did what in what order, in words; kept only when somebody will read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from holdfast.cluster.transport.http import Reply, Request

Document = dict[str, Any]


class Journal:
    """Lines with the second they belong to. `elapsed` gives the seconds since the life began."""

    def __init__(self, elapsed: Callable[[], float], on: bool = False) -> None:
        self.on = on
        self.lines: list[str] = []
        self._elapsed = elapsed

    def note(self, who: str, what: str) -> None:
        """Somebody did something."""
        if self.on:
            self.lines.append(f"{self._elapsed():7.1f} s  {who:<16} {what}")

    def call(self, who: str, request: Request, reply: Reply, fate: str) -> None:
        """A call was answered; what a write meant is told in short."""
        answer = str(reply.status) if reply.status < 400 else f"{reply.status} {_message(reply)}"
        meant = f"  {_meaning(request)}" if request.mutates and reply.status < 400 else ""
        self.note(who, f"{request} → {answer}{f' [{fate}]' if fate else ''}{meant}")


def _message(reply: Reply) -> str:
    try:
        return str(msgspec.json.decode(reply.body).get("message", ""))
    except msgspec.DecodeError:
        return ""


def _meaning(request: Request) -> str:
    """What a body says, as far as it matters here."""
    try:
        body: Document = msgspec.json.decode(request.body or b"{}")
    except msgspec.DecodeError:
        return ""
    if "/acceleratorpools/" in request.path and "status" in body:
        return ledger_words(body["status"])
    if "/capacitypromises" in request.path and "spec" in body:
        return promise_words(body["spec"])
    if "/nodes/" in request.path:
        return (
            f"{body.get('metadata', {}).get('labels', '')}{body.get('metadata', {}).get('annotations', '')}"
        )
    if "/poolreports" in request.path and "spec" in body:
        return report_words(body["spec"])
    return ""


def ledger_words(ledger: Document) -> str:
    """A ledger in one line: entries with their forms, grants with their state."""
    entries = [f"{uid[-3:]}={_entry_words(entry)}" for uid, entry in ledger.get("promises", {}).items()]
    grants = [
        f"{unit}={grant['state']}#{grant['grant']}→{str(grant.get('promise'))[-3:]}"
        for unit, grant in ledger.get("units", {}).items()
    ]
    numbers = f"epoch {ledger['epoch']} asOf {ledger['asOf']} peak {ledger['peak']}"
    return f"{numbers} | {', '.join(entries) or 'no entry'} | {', '.join(grants) or 'no grant'}"


def _entry_words(entry: Document) -> str:
    coming = entry.get("next")
    after = f" next({_form_words(coming)})" if coming else ""
    return f"{entry['state']}({_form_words(entry)}){after}"


def _form_words(form: Document) -> str:
    parts = "".join(f" {one['count']}u:{one['from']}-{one['until']}" for one in form.get("parts", ()))
    return f"{form['attempt']} r{form['round']} {form['count']}u [{form['from']},{form['until']}){parts}"


def promise_words(spec: Document) -> str:
    """A promise object in one line."""
    window = spec.get("window") or {}
    span = f"[{window.get('start')},{window.get('end')})" if window else "no window"
    what = f"{spec['state']} {spec.get('cause', '')} {spec['attempt']} r{spec['round']}"
    return f"{what} of generation {spec['generation']}: {spec.get('pools')} {span}"


def report_words(spec: Document) -> str:
    """A report in one line."""
    units = [
        f"{unit}={told['health']} open {told.get('openGrant')} clean {told.get('cleanGrant')}"
        for unit, told in spec.get("units", {}).items()
    ]
    return ", ".join(units)
