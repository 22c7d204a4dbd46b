from __future__ import annotations

from typing import Any

import msgspec
import pytest

from holdfast.cluster.core_objects import NODES, Node
from holdfast.cluster.transport.objects import Broken, Key
from holdfast.cluster.transport.wire import Change, Unsound, change_of, page_of


def line(verb: str, **document: Any) -> bytes:
    return msgspec.json.encode({"type": verb, "object": document})


def meta(name: Any = "a", version: Any = "7") -> Any:
    return {"name": name, "resourceVersion": version}


def change_in(line: bytes) -> Change[Node]:
    """The change that a line brings; it is no error."""
    change = change_of(NODES, line)
    assert isinstance(change, Change)
    return change


@pytest.mark.parametrize("verb", ["ADDED", "MODIFIED", "DELETED"])
def test_a_change_brings_its_object(verb: str) -> None:
    change = change_in(line(verb, metadata=meta()))
    assert (change.verb, change.identity.key, change.revision) == (verb, Key("", "a"), 7)
    assert isinstance(change.seen, Node)
    assert change.seen.metadata.name == "a"


def test_a_bookmark_brings_only_a_position() -> None:
    change = change_in(line("BOOKMARK", metadata={"resourceVersion": "9"}))
    assert (change.seen, change.revision) == (None, 9)


def test_an_error_line_is_given_as_it_is() -> None:
    status = change_of(NODES, line("ERROR", code=410))
    assert isinstance(status, bytes)
    assert msgspec.json.decode(status) == {"code": 410}


def test_an_unreadable_object_keeps_its_name() -> None:
    change = change_in(line("ADDED", metadata=meta("bad"), spec=[]))
    assert isinstance(change.seen, Broken)
    assert (change.identity.name, change.revision) == ("bad", 7)


WHOLE = line("ADDED", metadata=meta())


@pytest.mark.parametrize(
    "line",
    [WHOLE[:cut] for cut in (0, 1, 9, len(WHOLE) // 2, len(WHOLE) - 1)]
    + [
        b"<html>",
        b'{"type":"DANCED","object":{}}',
        line("ADDED"),
        line("ADDED", metadata=meta(version="new")),
    ],
)
def test_half_a_line_and_foreign_lines_are_unsound(line: Any) -> None:
    with pytest.raises(Unsound):
        change_of(NODES, line)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"metadata":{"resourceVersion":""},"items":[]}'])
def test_what_is_no_list_is_unsound(body: bytes) -> None:
    with pytest.raises(Unsound):
        page_of(NODES, body)


@pytest.mark.parametrize("elements", [b"null", b"[]"])
def test_an_empty_list_has_an_instant_too(elements: bytes) -> None:
    page, token = page_of(NODES, b'{"metadata":{"resourceVersion":"5"},"items":' + elements + b"}")
    assert (page.objects, page.revision, token) == ((), 5, "")
