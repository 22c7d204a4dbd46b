"""Where the lab's pages are: the address that the console printed when it was last started."""

from __future__ import annotations

from holdfast_lab.polling import poll
from holdfast_lab.state import StateFolder

PATIENCE_SECONDS = 20.0
BEGINS = "http://127.0.0.1:"


def address_in(log: str) -> str:
    """The last address in a console's log; empty before there is one."""
    return next((line for line in reversed(log.splitlines()) if line.startswith(BEGINS)), "")


def page_address(state: StateFolder) -> str:
    """What to open; empty where no console has begun in time. The word in it lets one browser in, once."""
    log = state.logs / "console.log"
    poll(lambda: log.exists() and bool(address_in(log.read_text(errors="replace"))), PATIENCE_SECONDS)
    return address_in(log.read_text(errors="replace")) if log.exists() else ""
