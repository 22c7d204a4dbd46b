"""A host that fails is told to its tenant; after the tests of changes, which need the pace of replacements."""

from __future__ import annotations

from typing import Any

import pytest
from tests.e2e.acts import SITE, ask, becomes, given_back
from tests.e2e.test_access import PATH, told

from holdfast_lab.story.context import Context

pytestmark = [pytest.mark.lab, pytest.mark.e2e]


def test_a_host_that_fails_is_seen_by_its_tenant_or_what_came_in_its_place_is(context: Context) -> None:
    context.person("mistral").apply(ask(PATH))
    becomes(context, PATH, "Active")
    context.until(lambda: "yes" if told(context) else "", 20, "one unit told")
    before = told(context)[0]
    host = before["hosts"][0]["name"]
    context.engineer(SITE).run("annotate", "node", host, "lab.holdfast.dev/failed=true")
    seen = context.until(
        lambda: trouble(told(context), before["unit"], host), 60, f"{host} told as unhealthy"
    )
    assert seen == "replaced" or seen.startswith(
        ("condition Ready since 2", "condition KernelDeadlock since 2")
    )
    context.engineer(SITE).run("annotate", "node", host, "lab.holdfast.dev/failed-")
    given_back(context, PATH)


def trouble(units: list[dict[str, Any]], unit: str, host: str) -> str:
    """What is told of a failed host of a unit, or that another unit has come in its place."""
    for one in units:
        first = one["hosts"][0]
        if one["delivered"].get("replaces") == unit:
            return "replaced"
        if first["name"] == host and first["health"] == "Unhealthy":
            return f"{first['source']} since {first['since']}"
    return ""
