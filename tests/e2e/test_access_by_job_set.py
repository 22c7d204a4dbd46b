"""Where a site runs JobSet, what `holdfast access` writes for two formed slices is one JobSet, and it completes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from tests.companions.world import COUNTED_SECONDS, JOBSETS, counts
from tests.e2e.acts import SITE, ask, becomes
from tests.e2e.conftest import counted
from tests.e2e.test_access import PATH, as_mistral

from holdfast_lab.lab import accompany
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e, pytest.mark.companions]


@pytest.fixture(scope="module")
def accompanied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Lake Mariner with real JobSet; mistral may reserve all of it."""
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], OPERATOR_AND_AGENTS) as lab:
        accompany(lab.state.root, ["jobset"])
        context = Context(lab)
        context.must("lab", "pulumi", "up", SITE, "--yes")
        context.engineer().apply(*tenant("mistral", {"tpu7x": 10_000}))
        context.until(lambda: counted(context), 60, "six healthy units")
        yield context


def bounded(context: Context) -> str:
    """Not empty once mistral's quota counts JobSets: until then the API server refuses them."""
    quota = context.engineer(SITE).get("resourcequota", "holdfast-tenant", "-n", "mistral")
    return "yes" if counts(quota, [JOBSETS]) else ""


def test_a_job_set_over_two_formed_slices_completes(accompanied: Context) -> None:
    accompanied.person("mistral").apply(ask(PATH, count=2, topology="4x4x8"))
    becomes(accompanied, PATH, "Active")
    accompanied.until(lambda: bounded(accompanied), COUNTED_SECONDS, "JobSets counted")
    written = as_mistral(accompanied, "access", PATH, "-o", "yaml")
    (made,) = yaml.safe_load_all(written.stdout)
    assert made["kind"] == "JobSet"
    assert [each["template"]["spec"]["completions"] for each in made["spec"]["replicatedJobs"]] == [32, 32]
    person = accompanied.person("mistral", SITE)
    person.run("apply", "-f", "-", stdin=written.stdout)

    def complete() -> str:
        found = person.get("jobset", made["metadata"]["name"], "-n", "mistral").get("status", {})
        return str(found.get("terminalState", ""))

    assert accompanied.until(complete, 90, "the JobSet has ended") == "Completed"
