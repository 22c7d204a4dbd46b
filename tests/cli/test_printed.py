"""Tables that a server sent, as they are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from holdfast.cli.printed import grid, table_of
from holdfast.cluster.transport.errors import Undecodable

COLUMNS = [
    {"name": "Name", "type": "string"},
    {"name": "COUNT", "type": "integer"},
    {"name": "PLACES", "type": "string", "priority": 1},
]


def sent(**more: Any) -> bytes:
    """A Table of one row."""
    meta = {"metadata": {"name": "train", "namespace": "mistral"}}
    rows = [{"cells": ["train", 2, None], "object": meta}]
    return json.dumps({"kind": "Table", "columnDefinitions": COLUMNS, "rows": rows, **more}).encode()


def test_columns_of_wide_are_shown_only_where_they_are_wanted() -> None:
    assert grid(table_of(sent()), wide=False, named=False).columns == ("NAME", "COUNT")
    assert grid(table_of(sent()), wide=True, named=False).rows == (("train", "2", ""),)


def test_the_namespace_comes_first_where_several_are_shown() -> None:
    shown = grid(table_of(sent()), wide=False, named=True)
    assert (shown.columns[0], shown.rows[0][0]) == ("NAMESPACE", "mistral")


def test_a_table_without_rows_is_one() -> None:
    assert table_of(sent(rows=None)).rows == ()


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", sent(kind="List"), sent(rows=[{"cells": []}])])
def test_what_is_no_table_is_said(body: bytes) -> None:
    with pytest.raises(Undecodable, match="the server sent no table"):
        table_of(body)
