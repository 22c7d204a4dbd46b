"""One bound for one field at every door: what the declaration takes is what the hub's definitions take."""

from __future__ import annotations

from typing import Any

import pytest
from tests.infra.declarations import changed
from tests.infra.test_published_objects import schema

from holdfast.hardware.instants import LAST_SECOND, seconds_of
from holdfast_infra.declaration import DeclarationError, parse


def field(kind: str, path: str) -> dict[str, Any]:
    """The schema of one field of a spec; `*` is any key of a map, `[]` any element of a list."""
    found: dict[str, Any] = schema(kind)["properties"]["spec"]
    for step in path.split("."):
        steps = {"*": "additionalProperties", "[]": "items"}
        found = found[steps[step]] if step in steps else found["properties"][step]
    return found


def accepts(path: str, value: object) -> bool:
    """Whether the declaration takes this value, other fields giving room for it."""
    try:
        parse(changed(("graceSeconds", 0), ("turnAroundSeconds", 158_112_000), (path, value)))
    except DeclarationError as error:
        return not any(mistake.field.startswith(path.partition("/")[0]) for mistake in error.mistakes)
    return True


NUMBERS = [
    ("powerMegawatts", "Datacenter", "powerMegawatts"),
    ("drainLeadSeconds", "AcceleratorPool", "drainLeadSeconds"),
    ("graceSeconds", "AcceleratorPool", "graceSeconds"),
    ("turnAroundSeconds", "AcceleratorPool", "turnAroundSeconds"),
    ("repairSeconds", "AcceleratorPool", "repairSeconds"),
    ("dwellSeconds", "AcceleratorPool", "dwellSeconds"),
    ("askLimitSeconds", "AcceleratorPool", "askLimitSeconds"),
]


@pytest.mark.parametrize(("declared", "kind", "path"), NUMBERS)
def test_a_number_has_the_hubs_bounds(declared: str, kind: str, path: str) -> None:
    hub = field(kind, path)
    least, most = hub["minimum"], hub["maximum"]
    assert [accepts(declared, value) for value in (least - 1, least, most, most + 1)] == [
        False,
        True,
        True,
        False,
    ]


TEXTS = [
    ("lease/landlord", "Datacenter", "lease.landlord"),
    ("lease/guarantor", "Datacenter", "lease.guarantor"),
    ("pools/tpu7x-a/pledges/0/lender", "AcceleratorPool", "obligations.[].holder"),
    ("pools/tpu7x-a/pledges/0/facility", "AcceleratorPool", "obligations.[].name"),
]


@pytest.mark.parametrize(("declared", "kind", "path"), TEXTS)
def test_a_text_has_the_hubs_length(declared: str, kind: str, path: str) -> None:
    longest = field(kind, path)["maxLength"]
    assert accepts(declared, "a" * longest)
    assert not accepts(declared, "a" * (longest + 1))


@pytest.mark.parametrize(("declared", "path"), [("siteKind", "siteKind"), ("lifecycle", "lifecycle")])
def test_a_choice_has_the_hubs_words(declared: str, path: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        parse(changed((declared, "?")))
    words = ", ".join(field("Datacenter", path)["enum"])
    assert f"{declared} = '?': is not one of the choices; write one of {words}" in str(refused.value)


def test_places_have_the_hubs_length() -> None:
    longest = field("Datacenter", "zone")["maxLength"]
    region = f"a{'b' * (longest - 4)}1"
    site = parse(changed(("region", region), ("zone", f"{region}-c"))).site
    assert (len(site.zone), len(site.region)) == (longest, longest - 2)
    assert not accepts("region", "a" * (longest + 1))
    assert not accepts("zone", f"us-east4-{'a' * longest}")


def test_names_have_the_hubs_length() -> None:
    longest = field("AcceleratorPool", "datacenter")["maxLength"]
    assert parse(changed(("name", "a" * longest))).site.name == "a" * longest
    assert not accepts("name", "a" * (longest + 1))


def test_a_pool_with_its_datacenter_has_the_length_of_a_label() -> None:
    pool = changed()["pools"]["h200-a"]
    for block, fits in (("a" * 22, True), ("a" * 23, False)):
        units = {**pool, "units": [{"ids": "host-000..host-002"}]}
        declared = changed(("name", "b" * 40), ("pools", {block: units}))
        if fits:
            assert len(parse(declared).pools[0].name) == 63
        else:
            with pytest.raises(DeclarationError, match="has more than 63 characters"):
                parse(declared)


def test_pools_have_the_hubs_counts() -> None:
    pledged = [{"lender": "Macquarie", "facility": f"hardware-{number}"} for number in range(99)]
    obligations = field("AcceleratorPool", "obligations")["maxItems"]
    for pledges in (obligations - 1, obligations):
        assert accepts("pools/h200-a/pledges", pledged[:pledges]) is (pledges < obligations)
    units = field("AcceleratorPool", "units")["maxProperties"]
    for last, fits in ((units - 1, True), (units, False)):
        assert accepts("pools/h200-a/units", [{"ids": f"h-000..h-{last}"}]) is fits


def test_a_unit_may_be_as_long_as_the_hub_and_its_node_pool_allow() -> None:
    for block, unit, fits in (("a", "u" * 31, True), ("a", "u" * 32, False), ("a" * 9, "u" * 31, False)):
        pool = {**changed()["pools"]["h200-a"], "spares": 0, "units": [{"ids": unit}]}
        if fits:
            assert parse(changed(("pools", {block: pool}))).pools[0].units[0].name == unit
        else:
            with pytest.raises(DeclarationError):
                parse(changed(("pools", {block: pool})))


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("2999-12-31T23:59:59Z", ""),
        ("3000-01-01T00:59:59+01:00", ""),
        ("3000-01-01T00:00:00Z", "lies in the years 2000 to 2999"),
        ("1999-12-31T23:59:59Z", "lies in the years 2000 to 2999"),
    ],
)
def test_instants_have_the_hubs_years(end: str, sentence: str) -> None:
    if sentence:
        with pytest.raises(DeclarationError, match=sentence):
            parse(changed(("lease/end", end)))
    else:
        assert seconds_of(parse(changed(("lease/end", end))).lease.end) == LAST_SECOND
