from __future__ import annotations

from holdfast_lab.story.page import address_in

FIRST, LAST = "http://127.0.0.1:41001/enter?token=a", "http://127.0.0.1:41002/enter?token=b"


def test_the_address_is_the_one_that_was_printed_last() -> None:
    assert (
        address_in(f'{FIRST}\n{{"event": "started"}}\nended, started again\n{LAST}\n{{"event": "started"}}\n')
        == LAST
    )
    assert address_in(f"{FIRST}\n") == FIRST


def test_before_a_console_has_begun_there_is_none() -> None:
    assert address_in("") == ""
    assert address_in('{"event": "started", "url": "http://127.0.0.1:1"}\n') == ""
