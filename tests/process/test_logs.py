"""Logs: one JSON object a line, which no name breaks out of."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from holdfast.cluster.transport.errors import Expired
from holdfast.process.logs import logger, open_logs


@pytest.fixture
def page() -> Iterator[Any]:
    stream = io.StringIO()
    open_logs(stream)
    yield stream
    structlog.reset_defaults()


def test_the_log_is_one_json_object_a_line(page: io.StringIO) -> None:
    logger("loop").info("turn", grants=2)
    entry = json.loads(page.getvalue())
    assert (entry["event"], entry["part"], entry["grants"], entry["level"]) == ("turn", "loop", 2, "info")
    assert entry["timestamp"].endswith("Z")


def test_no_name_forges_a_line_or_reaches_the_terminal(page: io.StringIO) -> None:
    logger("loop").info("seen", name='x\n{"event": "forged"}\x1b[31m')
    assert len(page.getvalue().splitlines()) == 1
    assert "\x1b" not in page.getvalue()


def test_an_error_is_told_with_its_cause(page: io.StringIO) -> None:
    logger("loop").error("list failed", exc_info=Expired("too old"))
    (told,) = json.loads(page.getvalue())["exception"]
    assert (told["exc_type"], told["exc_value"]) == ("Expired", "too old")


def test_details_are_told_only_when_asked_for(page: io.StringIO) -> None:
    logger("loop").debug("detail")
    assert page.getvalue() == ""
    open_logs(page, verbose=True)
    logger("loop").debug("detail")
    assert "detail" in page.getvalue()
