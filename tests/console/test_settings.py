from __future__ import annotations

import pytest

from holdfast.console.settings import ConsoleSettings


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", ""])  # noqa: S104 - refused here
def test_without_a_public_address_a_console_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="give --public URL"):
        ConsoleSettings(host=host)
    assert ConsoleSettings(host=host, public="https://console.example").secure


@pytest.mark.parametrize(
    "public", ["console.example", "ftp://console.example", "https://", "https://c.example/path"]
)
def test_an_address_that_nobody_could_open_is_refused(public: str) -> None:
    with pytest.raises(ValueError, match="not an address people could open"):
        ConsoleSettings(public=public)


def test_what_host_and_origin_may_say() -> None:
    mine, ours = ConsoleSettings(), ConsoleSettings(public="https://console.example/")
    assert mine.hosts(81) == {"127.0.0.1:81", "localhost:81"}
    assert mine.origins(81) == {"http://127.0.0.1:81", "http://localhost:81"}
    assert ours.hosts(81) == {"console.example"}
    assert ours.origins(81) == {"https://console.example"}
