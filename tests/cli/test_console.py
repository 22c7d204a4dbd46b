"""What `holdfast console` says of sign-in settings that nobody could sign in by, before it serves anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.test_app import run

ISSUER, PUBLIC = "--oidc-issuer=https://issuer.example", "--public=https://console.example"
REFUSED = [
    (["--oidc-client-id=a"], "--oidc-client-id a without --oidc-issuer"),
    ([ISSUER, PUBLIC], "without --oidc-client-id"),
    ([ISSUER, "--oidc-client-id=a"], "give --public https://"),
    (
        [ISSUER, PUBLIC, "--oidc-client-id=a", "--oidc-secret-file=/none"],
        "--oidc-secret-file /none: cannot be read",
    ),
    ([ISSUER, PUBLIC, "--oidc-client-id=a", "--oidc-scopes=email"], "without openid among them"),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED)
def test_half_a_registration_is_refused_with_what_to_give(
    words: list[str], sentence: str, tmp_path: Path
) -> None:
    answer = run("holdfast", "console", *words, KUBECONFIG=str(tmp_path / "none"))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert sentence in " ".join(answer.stderr.split())
