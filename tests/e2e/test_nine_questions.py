"""The nine questions of docs/console.md, answered on the lab in a real Chromium, each in under a minute.

A datacenter of six cubes with an operator and an agent: mistral holds two of them, one of which has lost a host; it
asks for eight more, which there are not; somebody wants to flush the cooling loop under all of it. Whoever asks begins
at the page that opens after the door, and goes by what is written there: links by their name, never an address.
What is measured is the browser's part, clicks and waiting; reading comes on top. `-s` prints the seconds of each.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.browser.conftest import CHROMIUM, NEEDED, Visit, chromium, free_port, window
from tests.e2e.acts import POOL, SITE, after, ask, becomes, uid_of
from tests.e2e.conftest import counted

from holdfast_lab.credentials import service_account
from holdfast_lab.kubeconfig import write_kubeconfig
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.story.reading import units_of
from holdfast_lab.testing import Kubectl, running_lab

pytestmark = [
    pytest.mark.lab, pytest.mark.e2e, pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason=NEEDED),
]  # fmt: skip
__all__ = ["chromium"]
MOST_SECONDS = 60
MILLISECONDS = 20_000
Answered = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """The lab of the questions; `notes` has the unit that is ill."""
    with running_lab(tmp_path_factory.mktemp("asked"), [SITE], OPERATOR_AND_AGENTS) as lab:
        made = Context(lab)
        made.must("lab", "pulumi", "up", SITE, "--yes")
        made.engineer().apply(*tenant("mistral", {"tpu7x": 10_000}))
        made.until(lambda: counted(made), 90, "six healthy units")
        held = ask("mistral/pretrain", 2)
        held["spec"]["repair"] = {"policy": "AskFirst"}  # or it is mended before anybody has asked
        made.person("mistral").apply(held, ask("mistral/huge", 8))
        becomes(made, "mistral/pretrain", "Active")
        made.engineer().apply(flush())
        ill = min(units_of(made.engineer(), uid_of(made, "mistral/pretrain")))
        made.must("lab", "cloud", "fault", "host", f"gke-tpu7x-a-{ill}-00")
        made.notes["ill"] = ill
        yield made


def flush() -> dict[str, object]:
    """Maintenance of the whole pool within the hour that is promised."""
    spec = {"pool": POOL, "start": after(600), "end": after(1200), "reason": "the cooling loop is flushed"}
    kind = {"apiVersion": "holdfast.dev/v1alpha1", "kind": "MaintenanceWindow"}
    return {**kind, "metadata": {"name": "flush"}, "spec": spec}


@pytest.fixture(scope="module")
def origin(context: Context, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the console of this hub is, with the account that is shipped for it."""
    file, port = tmp_path_factory.mktemp("console") / "kubeconfig", free_port()
    write_kubeconfig(file, [service_account(context.lab.clusters["hub"], "holdfast-system", "console")])
    where = f"http://127.0.0.1:{port}"
    options = (f"--kubeconfig={file}", f"--listen=127.0.0.1:{port}", f"--public={where}")
    argv = [sys.executable, "-m", "holdfast", "console", *options]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    yield where
    process.terminate()
    process.wait(60)
    process.stdout.close()


@pytest.fixture(scope="module")
def people(context: Context, chromium: Browser, origin: str) -> Iterator[dict[str, Visit]]:
    """An engineer and somebody of mistral, each with a token of the hub's, both past the door."""
    hub = context.lab.clusters["hub"]
    admin = Kubectl(context.lab, hub.kubeconfig("admin"))
    visits = {}
    for name, space in (("engineer", "people"), ("tenant", "mistral")):
        token = str(service_account(hub, space, "browser").credential)
        admin.apply(bound(space))
        visits[name] = window(chromium, origin)
        visits[name].context.set_default_timeout(MOST_SECONDS * 1_000)  # it is the minute that is judged
        visits[name].enter(token)
    yield visits
    for visit in visits.values():
        visit.context.close()


def bound(space: str) -> dict[str, object]:
    """The rights of the accounts of a namespace: engineers' everywhere, or a tenant's in their own."""
    everywhere = space == "people"
    role = "holdfast-platform-engineer" if everywhere else "holdfast-reservation-editor"
    metadata = {"name": "browser"} if everywhere else {"name": "browser", "namespace": space}
    group = {
        "kind": "Group",
        "name": f"system:serviceaccounts:{space}",
        "apiGroup": "rbac.authorization.k8s.io",
    }
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding" if everywhere else "RoleBinding", "metadata": metadata, "subjects": [group],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
    }  # fmt: skip


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()


def says(page: Page, *words: str) -> None:
    """The page says all of it, now or soon."""
    for each in words:
        expect(page.locator("main")).to_contain_text(each, timeout=MILLISECONDS)


def what_is_free(page: Page, ill: str) -> None:
    page.get_by_role("button", name="Month").click()
    page.get_by_role("button", name="Table").click()
    says(page, POOL)


def which_are_ill(page: Page, ill: str) -> None:
    go(page, "Floor")
    says(page, "1 ill")
    page.get_by_role("link", name=ill).click()
    says(page, "15 of 16", "mistral/pretrain")


def when_may_it_be_taken_out(page: Page, ill: str) -> None:
    go(page, "On call")
    says(page, "maintenance waits", "flush", "mistral/pretrain", "it would touch nobody from")


def do_i_have_it(page: Page, ill: str) -> None:
    go(page, "Reservations")
    page.get_by_role("link", name="mistral/pretrain").click()
    says(page, "A promise is never revoked", "How to run there", "holdfast.node-restriction.kubernetes.io")


def why_not(page: Page, ill: str) -> None:
    go(page, "Reservations")
    page.get_by_role("link", name="mistral/huge").click()
    says(page, "Why not", "What would help")


def when_could_i_have_more(page: Page, ill: str) -> None:
    go(page, "When")
    page.get_by_label("Accelerator").select_option("tpu7x")
    page.get_by_label("Topology of a slice").fill("4x4x4")
    page.get_by_role("button", name="Ask").click()
    says(page, "Offers", SITE)
    page.get_by_text("Manifest").first.click()
    says(page, "kind: CapacityReservation")


def what_waits(page: Page, ill: str) -> None:
    go(page, "On call")
    says(page, "repair waits", f"{POOL} {ill}", "Do:")


def whom_does_it_touch(page: Page, ill: str) -> None:
    go(page, "On call")
    page.get_by_role("link", name=f"{POOL} {ill}").click()
    says(page, "In the hands of", "mistral/pretrain")


QUESTIONS: list[tuple[str, str, Answered]] = [
    ("engineer", "What is free next month, and where?", what_is_free),
    ("engineer", "Which machines are ill, and whose are they?", which_are_ill),
    ("engineer", "When may I take this rack out?", when_may_it_be_taken_out),
    ("tenant", "Do I have it, and how do I get in?", do_i_have_it),
    ("tenant", "Why not?", why_not),
    ("tenant", "When could I have more?", when_could_i_have_more),
    ("engineer", "What waits for me?", what_waits),
    ("engineer", "Whom does it touch?", whom_does_it_touch),
]


@pytest.mark.parametrize(("who", "question", "answered"), QUESTIONS, ids=[row[1] for row in QUESTIONS])
def test_a_question_is_answered_in_under_a_minute(
    people: dict[str, Visit], context: Context, who: str, question: str, answered: Answered
) -> None:
    visit = people[who]
    began = time.monotonic()
    answered(visit.open("/"), context.notes["ill"])
    told(who, question, began)
    assert visit.wrong == []


def test_is_it_over_is_seen_by_staying_on_the_page(people: dict[str, Visit], context: Context) -> None:
    page = people["engineer"].open("/on-call")
    says(page, f"{POOL} {context.notes['ill']}")
    context.must("lab", "cloud", "fault", "clear")
    context.until(lambda: mended(context), 60, "the agent reports that it is mended")
    began = time.monotonic()
    expect(page.locator("main")).not_to_contain_text("repair waits", timeout=MILLISECONDS)
    told("engineer", "Is it over?", began)


def mended(context: Context) -> str:
    """Not empty once the agent reports all hosts of the ill unit as ready."""
    units = context.engineer().get("poolreport", POOL)["spec"]["units"]
    return "yes" if units[context.notes["ill"]]["health"] == "Healthy" else ""


def told(who: str, question: str, began: float) -> None:
    seconds = time.monotonic() - began
    sys.stdout.write(f"{who:9} {question:45} {seconds:5.1f} s\n")
    assert seconds < MOST_SECONDS
