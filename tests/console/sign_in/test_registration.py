from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.console.settings import ConsoleSettings
from holdfast.console.sign_in.registration import Registration

ISSUER = "https://issuer.example/realms/a"
REFUSED = [
    ({"issuer": "http://issuer.example"}, "by TLS"),
    ({"issuer": "issuer.example"}, "by TLS"),
    ({"issuer": "https://"}, "by TLS"),
    ({"issuer": f"{ISSUER}?a=b"}, "not the address of an issuer"),
    ({"client_id": ""}, "without --oidc-client-id"),
    ({"scopes": "email profile"}, "without openid"),
    ({"scopes": ""}, "without openid"),
]


@pytest.mark.parametrize(("over", "why"), REFUSED)
def test_what_no_issuer_could_answer_is_refused(over: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Registration(**{"issuer": ISSUER, "client_id": "console", **over})
    assert Registration(ISSUER, "console").host == "issuer.example"


def test_a_secret_is_read_as_its_file_says_now(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("one\n")
    ours = Registration(ISSUER, "console", str(file))
    assert ours.secret() == "one"
    file.write_text("two")
    assert (ours.secret(), Registration(ISSUER, "console").secret()) == ("two", "")


def test_a_file_that_is_missing_or_empty_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="is empty"):
        Registration(ISSUER, "console", str(tmp_path / "empty"))
    for files in ({"secret_file": str(tmp_path / "none")}, {"ca_file": str(tmp_path / "none")}):
        with pytest.raises(ValueError, match="cannot be read"):
            Registration(ISSUER, "console", **files)


@pytest.mark.parametrize("public", ["", "http://console.example"])
def test_people_are_sent_back_by_tls_alone(public: str) -> None:
    with pytest.raises(ValueError, match="give --public https"):
        ConsoleSettings(public=public, registration=Registration(ISSUER, "console"))
    for good in ("https://console.example", "http://127.0.0.1:8099"):
        assert ConsoleSettings(public=good, registration=Registration(ISSUER, "console")).registration
