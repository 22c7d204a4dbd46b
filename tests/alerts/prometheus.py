"""A real Prometheus beside the lab: it scrapes operator and agents, and evaluates our rules on what it scraped."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import yaml
from tests.house.test_alerts import RULES

from holdfast_lab.ports import LOOPBACK, free_ports
from holdfast_lab.release_tools import tool
from holdfast_lab.testing import eventually

EVERY = "1s"
PATIENCE = "1s"
"""Instead of each rule's own `for`, which promtool plays (test_alerts.py): here it is asked whether it fires at all."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One server; `targets` is the file in which it finds whom to scrape."""

    port: int
    targets: Path

    def scrape(self, ports: Mapping[str, int]) -> None:
        """From now on these processes, by name."""
        found = [
            {"targets": [f"{LOOPBACK}:{port}"], "labels": {"process": name}} for name, port in ports.items()
        ]
        draft = self.targets.with_suffix(".draft")
        draft.write_text(json.dumps(found))
        draft.replace(self.targets)

    def query(self, text: str) -> list[Any]:
        """What an instant query finds. AssertionError where it is refused."""
        answer = self._get(f"/api/v1/query?{urllib.parse.urlencode({'query': text})}")
        assert answer["status"] == "success", answer
        found: list[Any] = answer["data"]["result"]
        return found

    def firing(self) -> set[str]:
        """The names of the alerts that fire now."""
        alerts = self._get("/api/v1/alerts")["data"]["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}

    def standing(self) -> set[str]:
        """The names of those that fire, or will if it stays so."""
        return {one["labels"]["alertname"] for one in self._get("/api/v1/alerts")["data"]["alerts"]}

    def rules(self) -> list[Any]:
        """Every rule it has loaded."""
        return [rule for group in self._get("/api/v1/rules")["data"]["groups"] for rule in group["rules"]]

    def _get(self, path: str) -> Any:
        server = HTTPConnection(LOOPBACK, self.port, timeout=10)
        try:
            server.request("GET", path)
            return json.load(server.getresponse())
        finally:
            server.close()

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._get("/api/v1/query?query=1")["status"] == "success")
        except (OSError, ValueError):  # while it starts it answers in plain words
            return False


@contextmanager
def prometheus(folder: Path) -> Iterator[Prometheus]:
    """One that runs until the block ends."""
    targets, (port,) = folder / "targets.json", free_ports(1)
    rules = [{**rule, "for": PATIENCE} for rule in RULES]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "holdfast", "rules": rules}]}))
    wanted = {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(folder / "rules.yaml")],
        "scrape_configs": [{"job_name": "holdfast", "file_sd_configs": [{"files": [str(targets)]}]}],
    }
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(wanted))
    argv = [str(tool("prometheus")), f"--config.file={folder / 'prometheus.yaml'}"]
    argv += [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={LOOPBACK}:{port}"]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log)
    server = Prometheus(port, targets)
    server.scrape({})
    try:
        eventually(server.ready)
        yield server
    finally:
        process.terminate()
        process.wait(20)
