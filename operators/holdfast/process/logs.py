"""The operator's log: one JSON object a line, which no name or message can break out of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TextIO

import structlog


def open_logs(
    stream: TextIO, *, verbose: bool = False, watchers: Sequence[structlog.typing.Processor] = ()
) -> None:
    """Let every logger of this process write to `stream` from now on; called once, by the entry point.

    `watchers` are shown every line before it is written: traces are made so.

    Control characters and line ends in foreign text are escaped by JSON, so that they forge no line and reach
    no terminal.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            *watchers,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """The log of one part of the operator; usable before the journal is opened."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return log
