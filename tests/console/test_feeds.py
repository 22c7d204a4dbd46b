from __future__ import annotations

import json

import pytest
from tests.builders import NOW
from tests.console.asks import DEALS, LAKE
from tests.console.visiting import Visitor

from holdfast.console.feeds import description


def test_capacity_is_served_by_name(ada: Visitor) -> None:
    listed = ada.get("/v1/capacity").json()["items"]
    assert ada.get(f"/v1/capacity/{LAKE}").json() == listed[3]
    assert (listed[3]["acceleratorsPerUnit"], listed[3]["free"]) == (64, 1)
    assert ada.get("/v1/capacity/nowhere").status == 404


def test_reservations_are_served_a_page_at_a_time(ada: Visitor) -> None:
    found, token = [], ""
    while True:
        page = ada.get(f"/v1/reservations?limit=3&continue={token}").json()
        found += [f"{one['namespace']}/{one['name']}" for one in page["items"]]
        token = page.get("continue", "")
        if not token:
            break
    assert found == sorted([*DEALS, "mistral/huge"])


ODD = ["limit=0", "limit=-3", "limit=many", "limit=99999999", "limit=00000000000", "continue=%2F"]


@pytest.mark.parametrize("query", [*ODD, pytest.param("limit=" + "9" * 5_000, id="limit of 5,000 digits")])
def test_an_odd_page_is_a_page(ada: Visitor, query: str) -> None:
    assert len(ada.get(f"/v1/reservations?{query}").json()["items"]) == 10


def test_bars_travel_in_columns_and_come_back_whole(ada: Visitor) -> None:
    columns = ada.get(f"/data/bars?pool={LAKE}").json()[LAKE]
    assert (
        len(
            {len(columns[name]) for name in ("start", "length", "units", "name", "tenant", "state", "places")}
        )
        == 1
    )
    first = columns["name"].index("mistral/pretrain-q1")
    assert sum(columns["start"][: first + 1]) == NOW - 20 * 86_400
    assert columns["places"][first] == [0, 8]


def test_the_rows_of_the_calendar_are_filtered_as_they_are_asked_for(ada: Visitor) -> None:
    rows = ada.get("/data/calendar?accelerator=tpu7x&datacenter=lake-mariner").json()["rows"]
    assert [row["pool"] for row in rows] == [LAKE]


def test_the_description_describes_what_is_served(ada: Visitor) -> None:
    shapes = ada.get("/v1/openapi.json").json()["components"]["schemas"]
    for path, shape in (("/v1/capacity", "PoolCapacity"), ("/v1/reservations", "Reserved")):
        served = ada.get(path).json()["items"][0]
        assert set(served) == set(shapes[shape]["properties"]) == set(shapes[shape]["required"])
    assert json.loads(json.dumps(description())) == description()
