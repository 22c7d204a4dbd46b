"""Every alert, played by promtool: it fires where it must, and where its reason is gone it does not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.house.test_alerts import QUERIES, RULES

from holdfast_lab.release_tools import tool

LEADING = ("holdfast_leading", "1x300")
POOL = 'pool="ny.a"'
PLAYED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "HoldfastNobodyLeads": (("holdfast_leading", "0x300", "1x300"),),
    "HoldfastNoTurns": (("holdfast_turns_total", "7x300", "0+1x300"),),
    "HoldfastTurnsSlow": (
        ('holdfast_turn_seconds_bucket{le="10"}', "0x300", "0+1x300"),
        ('holdfast_turn_seconds_bucket{le="30"}', "0+1x300", "0+1x300"),
        ('holdfast_turn_seconds_bucket{le="+Inf"}', "0+1x300", "0+1x300"),
    ),
    "HoldfastDeficit": ((f"holdfast_deficit_units{{{POOL}}}", "2x300", "0x300"),),
    "HoldfastDeficitAhead": ((f"holdfast_deficit_ahead_units{{{POOL}}}", "2x300", "0x300"),),
    "HoldfastUnitsBroken": ((f'holdfast_units{{{POOL},state="Broken"}}', "1x300", "0x300"),),
    "HoldfastHeldUnitsBroken": ((f"holdfast_held_broken_units{{{POOL}}}", "1x300", "0x300"),),
    "HoldfastUnitsQuarantined": ((f'holdfast_units{{{POOL},state="Quarantined"}}', "1x300", "0x300"),),
    "HoldfastSiteSilent": (('holdfast_site_silent{datacenter="ny"}', "1x300", "0x300"),),
    "HoldfastFrozen": (("holdfast_frozen", "1x300", "0x300"),),
    "HoldfastRepairsFrozen": ((f"holdfast_repairs_frozen{{{POOL}}}", "1x300", "0x300"),),
    "HoldfastDeletionsFrozen": (('holdfast_held_deletions{state="frozen"}', "3x300", "0x300"),),
    "HoldfastUnreadable": (("holdfast_unreadable", "1x300", "0x300"),),
    "HoldfastLedgerNearlyFull": ((f"holdfast_ledger_fill_ratio{{{POOL}}}", "0.95x300", "0.9x300"),),
    "HoldfastClockUntrusted": (("holdfast_clock_trusted", "0x300", "1x300"),),
    "HoldfastWritesRefused": (('holdfast_steps_total{outcome="refused"}', "0+1x300", "5x300"),),
    "HoldfastAgentHoldsBack": (("holdfast_agent_held_back", "1x300", "0x300"),),
    "HoldfastHubRests": (("holdfast_resting", "1x300", "0x300"),),
    "HoldfastWatchSilent": (('holdfast_watch_age_seconds{plural="tenants"}', "300x300", "61x300"),),
    "HoldfastAgentTurnsCutShort": (
        ('holdfast_agent_turns_total{outcome="cut short"}', "0+1x300", "0+1x300"),
        ('holdfast_agent_turns_total{outcome="done"}', "5x300", "0+1x300"),
    ),
}
"""By alert: each series, with its values a minute apart while there is trouble and while there is none."""
LATE = "4h"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules as a plain Prometheus loads them."""
    file = tmp_path_factory.mktemp("rules") / "alerts.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "holdfast", "rules": RULES}]}))
    return file


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    """What it says."""
    return subprocess.run([str(tool("promtool")), *words], capture_output=True, text=True, check=False)


def labelled(series: str) -> str:
    """The series of one process."""
    name, _, labels = series.removesuffix("}").partition("{")
    whole = ",".join(filter(None, ['job="holdfast"', 'instance="a"', labels]))
    return f"{name}{{{whole}}}"


def played(alert: str, rules: Path, *, trouble: bool) -> dict[str, Any]:
    """A test of promtool: these series, and whether the alert stands after four hours."""
    series = [(name, bad if trouble else good) for name, bad, good in PLAYED[alert]]
    if not any(name == LEADING[0] for name, _ in series):
        series.append(LEADING)
    inputs = [{"series": labelled(name), "values": values} for name, values in series]
    asked = {
        "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
        "eval_time": LATE,
    }
    stands = {**asked, "exp_samples": [{"labels": "{}", "value": float(trouble)}]}
    test = {"interval": "1m", "input_series": inputs, "promql_expr_test": [stands]}
    return {"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": [test]}


def test_the_rules_are_rules(rules: Path) -> None:
    done = promtool("check", "rules", str(rules))
    assert done.returncode == 0, done
    assert f"{len(RULES)} rules found" in done.stdout


def test_the_panels_ask_in_promql(tmp_path: Path) -> None:
    recorded = [{"record": f"panel:{n}", "expr": query} for n, (_, query) in enumerate(QUERIES)]
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}))
    done = promtool("check", "rules", str(file))
    assert done.returncode == 0, done


def test_every_alert_is_played() -> None:
    assert sorted(PLAYED) == sorted(rule["alert"] for rule in RULES)


@pytest.mark.parametrize("alert", PLAYED)
@pytest.mark.parametrize("trouble", [True, False], ids=["in trouble", "without"])
def test_an_alert_stands_in_trouble_and_not_without(
    alert: str, rules: Path, tmp_path: Path, *, trouble: bool
) -> None:
    file = tmp_path / "test.yaml"
    file.write_text(json.dumps(played(alert, rules, trouble=trouble)))
    done = promtool("test", "rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
