"""The house checks its alerts and its board: they speak of metrics that are served; each alert has a page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from tests.house.sources import ROOT

from holdfast.cli.metrics_page import GENERATOR, SECTIONS

RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "manifests/monitoring/alerts.yaml").read_text())["spec"][
    "groups"
][0]["rules"]
SERVED = {metric.served: metric for _, metrics in SECTIONS for metric in metrics}
BOARD = json.loads((ROOT / "manifests/monitoring/board.json").read_text())
QUERIES = [(panel["title"], target["expr"]) for panel in BOARD["panels"] for target in panel["targets"]]
RUNBOOKS = ROOT / "docs/runbooks"


def test_the_page_of_metrics_is_what_the_tables_say() -> None:
    assert GENERATOR.stale(ROOT) == []


def test_every_alert_has_a_page_and_every_page_an_alert() -> None:
    assert sorted(path.stem for path in RUNBOOKS.glob("*.md")) == sorted(rule["alert"] for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_served_and_its_page_shows_what_it_asks(rule: dict[str, Any]) -> None:
    asked = {name.removesuffix("_bucket") for name in re.findall(r"holdfast_[a-z_]+", rule["expr"])}
    assert asked <= set(SERVED)
    assert f"```\n{rule['expr']}\n```" in (RUNBOOKS / f"{rule['alert']}.md").read_text()
    assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{rule['alert']}.md"
    assert rule["labels"]["severity"] in ("critical", "warning")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_names_only_labels_that_its_metrics_have(rule: dict[str, Any]) -> None:
    asked = {SERVED[name] for name in SERVED if re.search(rf"\b{name}(_bucket)?\b", rule["expr"])}
    known = {name for metric in asked for name, _ in metric.labels} | {"job", "instance", "le"}
    text = rule["expr"] + rule["annotations"]["summary"]
    assert set(re.findall(r"\$labels\.([a-z]+)", text)) | set(re.findall(r"([a-z]+)=\"", text)) <= known


@pytest.mark.parametrize(("title", "query"), QUERIES)
def test_a_panel_asks_for_what_is_served_by_labels_it_has(title: str, query: str) -> None:
    asked = {name for name in SERVED if re.search(rf"\b{name}(_bucket)?\b", query)}
    assert {name.removesuffix("_bucket") for name in re.findall(r"holdfast_[a-z_]+", query)} == asked
    known = {name for one in asked for name, _ in SERVED[one].labels} | {"job", "instance", "le"}
    by = " ".join(re.findall(r"by \(([a-z, ]+)\)", query)).replace(",", " ").split()
    assert {*by, *re.findall(r"([a-z]+)=~?\"", query)} <= known


def test_every_metric_of_the_operator_is_on_the_board_but_those_that_only_count() -> None:
    shown = " ".join(query for _, query in QUERIES)
    hidden = {name for name in (metric.served for metric in SECTIONS[0][1]) if name not in shown}
    assert hidden == {"holdfast_clock_trusted", "holdfast_turns_total", "holdfast_steps_total"}
