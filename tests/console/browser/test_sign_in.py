"""People sign in to the shipped console at a real issuer, dex, and a real API server judges its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.browser.conftest import Visit, free_port, started, until, window
from tests.console.browser.dex import PASSWORD, TOKENS_LAST, Dex
from tests.console.browser.test_pages import findings
from tests.documents import pool, reservation
from tests.guards.server import ENGINEER, Server, serving
from tests.guards.test_rights import binding, bindings

from holdfast_lab.control_plane.command_lines import ISSUERS
from holdfast_lab.credentials import service_account
from holdfast_lab.kubeconfig import write_kubeconfig

SPACES = ("research", "widgets")
KNOWN, STRANGE = "holdfast-console", "strange-console"
"""Clients of the issuer: the API server takes the tokens of the first."""
GROUPS = {"ada": ("platform",), "mila": ("research",)}


@dataclass
class Place:
    """Issuer, API server and the consoles' addresses, by client."""

    dex: Dex
    server: Server
    origins: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """All of it, running."""
    folder = tmp_path_factory.mktemp("sign-in")
    origins = {name: f"http://127.0.0.1:{free_port()}" for name in (KNOWN, STRANGE)}
    dex = Dex(folder, GROUPS, origins)
    with ExitStack() as stack:
        stack.callback(dex.stop)
        dex.start()
        server = stack.enter_context(serving(tmp_path_factory.mktemp("hub"), issuers=dex.trusted(KNOWN)))
        furnish(server)
        write_kubeconfig(folder / "console", [service_account(server.cluster, "holdfast-system", "console")])
        (folder / "key").write_text("k" * 64)
        for client, origin in origins.items():
            stack.enter_context(console(folder, dex, client, origin))
        yield Place(dex, server, origins)


@contextmanager
def console(folder: Path, dex: Dex, client: str, origin: str) -> Iterator[None]:
    """One console."""
    own = folder / client
    own.mkdir()
    options = (
        f"--listen={origin.removeprefix('http://')}",
        f"--public={origin}",
        f"--key-file={folder / 'key'}",
    )
    with started(folder / "console", own, *options, *dex.options(client)) as (_, address):
        assert address == origin, (own / "console.log").read_text()
        yield


def furnish(server: Server) -> None:
    """A pool, two tenants with a reservation each, and the roles of the issuer's groups."""
    assert server.create(pool("ny.a")).accepted
    for name in SPACES:
        space = {"metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}}}
        assert server.call("POST", "/api/v1/namespaces", space, ENGINEER).accepted
        assert server.create(reservation(name, f"of-{name}")).accepted
    editors = binding("holdfast-reservation-editor", "Group", "oidc:research")
    assert server.call("POST", bindings("research"), editors, ENGINEER).message == ""
    engineers = binding("holdfast-platform-engineer", "Group", "oidc:platform")
    path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    assert server.call("POST", path, engineers).message == ""


@pytest.fixture
def visit(chromium: Browser, place: Place, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A window at the console that the API server knows."""
    options: dict[str, Any] = getattr(request, "param", {})
    one = window(chromium, place.origins[KNOWN], ignore_https_errors=True, **options)
    yield one
    one.context.close()


def sign_in(page: Page, person: str) -> None:
    """From the console's door through the issuer's own page."""
    page.get_by_role("link", name="Sign in").click()
    page.get_by_placeholder("email address").fill(f"{person}@example.com")
    page.get_by_placeholder("password").fill(PASSWORD)
    page.get_by_role("button", name="Login").click()


def test_who_signs_in_comes_back_to_the_page_they_wanted_and_sees_what_the_api_server_lets_them_see(
    visit: Visit,
) -> None:
    page = visit.open("/reservations/research/of-research")
    assert findings(page) == []
    sign_in(page, "mila")
    page.wait_for_url(f"{visit.origin}/reservations/research/of-research")
    assert "oidc:mila@example.com" in page.content()
    assert "widgets" not in visit.open("/reservations").inner_text("main")
    assert "Not here" in visit.open("/reservations/widgets/of-widgets").inner_text("main")


def test_a_group_of_the_issuers_is_a_role_of_the_hubs(visit: Visit) -> None:
    sign_in(visit.open("/floor"), "ada")
    visit.page.wait_for_url(f"{visit.origin}/floor")
    until(lambda: "/floor/ny.a" in visit.open("/floor").content(), 40)
    assert visit.wrong == []


def test_who_leaves_is_out_and_the_way_back_is_good_no_more(visit: Visit) -> None:
    with visit.page.expect_request("**/signed-in?*") as way_back:
        sign_in(visit.open("/"), "mila")
    visit.page.wait_for_url(f"{visit.origin}/")
    visit.page.get_by_role("button", name="Leave").click()
    assert "You have left" in visit.page.inner_text("h1")
    assert visit.context.cookies(visit.origin) == []
    visit.page.goto(way_back.value.url)
    assert "finished already" in visit.page.inner_text("main")
    assert findings(visit.page) == []
    assert visit.open("/on-call").url.endswith("/enter?next=%2Fon-call")


def test_no_token_is_in_the_browser_in_clear(visit: Visit, place: Place) -> None:
    sign_in(visit.open("/"), "mila")
    visit.page.wait_for_url(f"{visit.origin}/")
    cookies = visit.context.cookies(visit.origin)
    assert {cookie["name"].partition("-")[0] for cookie in cookies} == {"holdfast"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)
    assert visit.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_a_page_that_stays_open_stays_in_behind_the_end_of_its_token(visit: Visit) -> None:
    sign_in(visit.open("/reservations"), "mila")
    visit.page.wait_for_url(f"{visit.origin}/reservations")
    visit.page.evaluate("window.same = true")
    visit.page.wait_for_timeout((TOKENS_LAST + 15) * 1_000)
    expect(visit.page.locator("#pulse")).to_have_text("live")
    assert visit.page.evaluate("window.same") is True
    assert "research/of-research" in visit.open("/reservations").inner_text("main")


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_a_session_that_is_over_comes_back_with_the_next_page(visit: Visit) -> None:
    sign_in(visit.open("/"), "mila")
    visit.page.wait_for_url(f"{visit.origin}/")
    before = session(visit)
    visit.page.wait_for_timeout((TOKENS_LAST + 2) * 1_000)
    page = visit.open("/reservations?q=of")
    assert (page.url, session(visit) != before) == (f"{visit.origin}/reservations?q=of", True)
    assert "research/of-research" in page.inner_text("main")


def session(visit: Visit) -> str:
    """The cookie of the session."""
    found = {cookie["name"]: cookie["value"] for cookie in visit.context.cookies(visit.origin)}
    return next(value for name, value in found.items() if name.removeprefix("holdfast-").isdigit())


def test_a_token_that_the_api_server_does_not_take_is_told_in_its_words(
    chromium: Browser, place: Place
) -> None:
    one = window(chromium, place.origins[STRANGE], ignore_https_errors=True)
    sign_in(one.open("/"), "mila")
    expect(one.page.locator("main")).to_contain_text("the API server does not take its token")
    assert "audience" in one.page.locator("q").inner_text()
    assert one.open("/floor").url.endswith("/enter?next=%2Ffloor")
    one.context.close()


def test_while_the_issuer_is_away_it_is_told_and_so_are_keys_that_the_api_server_does_not_know_yet(
    visit: Visit, place: Place
) -> None:
    place.dex.stop()
    visit.open("/").get_by_role("link", name="Sign in").click()
    expect(visit.page.locator("main")).to_contain_text("does not answer as it should", timeout=15_000)
    place.dex.start()  # with keys of its own again: out of turn, so the API server looks only when it is told
    sign_in(visit.page, "mila")
    expect(visit.page.locator("q")).to_contain_text("failed to verify")
    issuers = place.server.cluster.folder / ISSUERS
    issuers.write_text(place.dex.trusted(KNOWN, "kubectl"))
    until(lambda: is_in(visit), 90)


def is_in(visit: Visit) -> bool:
    """Whether signing in opens a page now."""
    sign_in(visit.open("/enter"), "mila")
    visit.page.wait_for_url(f"{visit.origin}/**")
    return visit.page.url == f"{visit.origin}/"
