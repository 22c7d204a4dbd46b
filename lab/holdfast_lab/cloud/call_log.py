"""Every change the pretend cloud was asked for, one JSON line each: the proof of what was and was not done."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from holdfast_lab.clock import now
from holdfast_lab.pulumi_protocol.errors import Refusal

FILE_NAME = "calls.jsonl"
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Call:
    """One change asked of the cloud or of a cluster, and how it ended."""

    verb: Literal["create", "update", "delete"]
    type: str
    name: str
    urn: str
    result: Literal["ok", "refused"] = "ok"
    reason: str = ""


class CallLog:
    """Appends to and reads `<state>/calls.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME

    def append(self, call: Call) -> None:
        """Add one line in a single write, so that lines of several processes never mix."""
        line = json.dumps({"time": now().isoformat(timespec="milliseconds"), **asdict(call)}) + "\n"
        opened = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(opened, line.encode())
        finally:
            os.close(opened)

    def logged(self, call: Call, change: Callable[[], Done]) -> Done:
        """Carry a change out and write down how it ended."""
        try:
            done = change()
        except Refusal as refusal:
            self.append(replace(call, result="refused", reason=str(refusal)))
            raise
        self.append(call)
        return done

    def read(self) -> list[dict[str, str]]:
        """Every line so far, oldest first."""
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
