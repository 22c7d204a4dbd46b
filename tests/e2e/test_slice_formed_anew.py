"""A slice that loses a cube is formed anew, in a lab of its own: a pool has one replacement in ten minutes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.e2e.acts import SITE, ask, becomes, given_back, uid_of
from tests.e2e.conftest import standing
from tests.e2e.test_slices import PATH, WIDE, held, slices, state, units_of

from holdfast_lab.story.context import Context

pytestmark = [pytest.mark.lab, pytest.mark.e2e]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A pool in which nothing was replaced yet."""
    yield from standing(tmp_path_factory.mktemp("formed"))


def test_a_cube_that_fails_is_replaced_and_its_slice_formed_anew_before_the_promise_is_whole_again(
    context: Context,
) -> None:
    wanted = ask(PATH, topology=WIDE)
    wanted["spec"]["repair"] = {"policy": "Automatic"}
    context.person("mistral").apply(wanted)
    becomes(context, PATH, "Active")
    uid, (old,) = uid_of(context, PATH), slices(context)
    broken = min(held(context, uid))
    hosts = context.engineer(SITE).get("nodes", "-l", f"holdfast.dev/unit={broken}")["items"]
    context.must("lab", "cloud", "fault", "slice", "hang", "*")
    context.must("lab", "cloud", "fault", "host", hosts[0]["metadata"]["name"])
    context.until(lambda: "" if broken in held(context, uid) else "gone", 60, f"{broken} replaced")
    becomes(context, PATH, "Binding", 60)
    context.must("lab", "cloud", "fault", "clear")
    becomes(context, PATH, "Active", 60)
    (new,) = slices(context)
    assert (state(new), new["metadata"]["name"] == old["metadata"]["name"]) == ("ACTIVE", False)
    assert set(units_of(new)) == set(held(context, uid)) != set(units_of(old))
    given_back(context, PATH)
