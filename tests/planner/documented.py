"""Whether what was planned can be written down at all: every ledger and every promise as the API has them.

Statuses are made by whoever speaks, and raise there.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from holdfast.hub.document_writer import ledger_document, promise_document
from holdfast.planner.state.plans import Plan


def unfit(made: Plan) -> Iterator[str]:
    """Which documents of a plan cannot be made."""
    for write in made.ledgers:
        try:
            ledger_document(write.ledger)
        except ValidationError as error:
            yield f"the ledger of {write.pool} cannot be made: {error}"
    for swap in made.promises:
        try:
            promise_document(swap.promise, swap.resource_version)
        except ValidationError as error:
            yield f"the promise of {swap.promise.label} cannot be made: {error}"
