"""Every change the pretend cloud was asked for, one JSON line each: the proof of what was and was not done."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from holdfast_lab.clock import now

FILE_NAME = "calls.jsonl"


@dataclass(frozen=True, slots=True)
class Call:
    """One change asked of the cloud or of a cluster, and how it ended."""

    verb: Literal["create", "update", "delete"]
    type: str
    name: str
    urn: str
    result: Literal["ok", "refused"]
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

    def read(self) -> list[dict[str, str]]:
        """Every line so far, oldest first."""
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text(encoding="utf-8").splitlines()]
