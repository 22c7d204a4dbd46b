"""A tenant with nothing but its own kubeconfig: which hosts it has, and a job that runs on them as it stands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from tests.e2e.acts import SITE, ask, becomes, given_back

from holdfast_lab.story.context import Context

pytestmark = [pytest.mark.lab, pytest.mark.e2e]
PATH = "mistral/reading"


def as_mistral(context: Context, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line with mistral's own kubeconfig."""
    kubeconfig = context.lab.state.credentials / "mistral.kubeconfig"
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    argv = [sys.executable, "-m", "holdfast", *words]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def told(context: Context) -> list[dict[str, Any]]:
    """The units as `holdfast hosts` tells them."""
    answer = as_mistral(context, "hosts", PATH, "-o", "json")
    units: list[dict[str, Any]] = []
    for place in json.loads(answer.stdout or '{"datacenters": []}')["datacenters"]:
        units += place["units"]
    return units


def test_a_tenant_reads_its_hosts_and_its_job_completes_on_all_of_them(context: Context) -> None:
    context.person("mistral").apply(ask(PATH, count=2))
    becomes(context, PATH, "Active")
    context.until(lambda: "yes" if len(told(context)) == 2 else "", 20, "two units told")
    units = told(context)
    assert [len(unit["hosts"]) for unit in units] == [16, 16]
    assert {unit["delivered"]["reason"] for unit in units} == {"FirstDelivery"}
    assert all(unit["domain"] for unit in units)
    assert ran_as_written(context) == 32
    given_back(context, PATH)
    assert told(context) == []


def ran_as_written(context: Context) -> int:
    """How many pods of what `holdfast access` writes have succeeded, once all its jobs are complete."""
    written = as_mistral(context, "access", PATH, "-o", "yaml")
    assert written.returncode == 0, written.stderr
    made = list(yaml.safe_load_all(written.stdout))
    names = [each["metadata"]["name"] for each in made if each["kind"] == "Job"]
    person = context.person("mistral", SITE)
    person.run("apply", "-f", "-", stdin=written.stdout)

    def complete() -> str:
        found = [person.get("job", name, "-n", "mistral")["status"] for name in names]
        return (
            str(sum(each.get("succeeded", 0) for each in found))
            if all("completionTime" in each for each in found)
            else ""
        )

    succeeded = context.until(complete, 60, f"jobs {names} complete")
    person.run("delete", "-f", "-", stdin=written.stdout)
    return int(succeeded)
