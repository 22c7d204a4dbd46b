"""Metrics, health pages and the journal: what the operator says to those who look after it."""

import io
import json
import urllib.error
import urllib.request

import pytest
import structlog
from prometheus_client import CollectorRegistry
from tests.simulation.faults import Fault, FaultyTransport, at_call

from holdfast.cluster.transport.errors import Expired
from holdfast.cluster.transport.http import Request, Unanswered
from holdfast.process.client_metrics import ClientMetrics, MeteredTransport
from holdfast.process.health import HealthServer
from holdfast.process.logs import logger, open_logs

READ = Request("GET", "/api/v1/nodes/a", (("resourceVersion", "0"),))


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def metrics(registry):
    return ClientMetrics(registry)


def calls(registry, method, outcome):
    labels = {"method": method, "plural": "nodes", "outcome": outcome}
    return registry.get_sample_value("holdfast_api_calls_total", labels)


def test_calls_are_counted_by_kind_and_outcome_and_timed(server, time, registry, metrics):
    way = MeteredTransport(FaultyTransport(server, at_call(2, Fault.UNSENT)), metrics, time.monotonic)
    assert way.call(READ).status == 404
    with pytest.raises(Unanswered):
        way.call(READ)
    assert (calls(registry, "GET", "404"), calls(registry, "GET", "unanswered")) == (1.0, 1.0)
    assert registry.get_sample_value("holdfast_api_call_seconds_count", {"method": "GET"}) == 2.0


def test_watches_are_counted_by_how_they_ended(server, time, registry, metrics):
    way = MeteredTransport(FaultyTransport(server, at_call(2, Fault.LOST_REPLY)), metrics, time.monotonic)
    list(way.stream(READ))
    with pytest.raises(Unanswered):
        list(way.stream(READ))
    assert (calls(registry, "WATCH", "ended"), calls(registry, "WATCH", "cut")) == (1.0, 1.0)


def test_relists_are_counted_by_their_reason(registry, metrics):
    metrics.relisted("nodes")(Expired("x"))
    labels = {"plural": "nodes", "error": "Expired"}
    assert registry.get_sample_value("holdfast_relists_total", labels) == 1.0


@pytest.fixture
def visit(registry):
    state = {"alive": True, "ready": False}
    server = HealthServer(("127.0.0.1", 0), registry, lambda: state["alive"], lambda: state["ready"])
    server.start()

    def get(page):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{page}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    yield get
    server.stop()


@pytest.mark.parametrize(
    ("page", "status"), [("/healthz", 200), ("/readyz", 503), ("/readyz?verbose", 503), ("/secrets", 404)]
)
def test_health_pages_answer_what_is_so(visit, page, status):
    assert visit(page)[0] == status


def test_the_metrics_page_shows_the_registry(visit, metrics):
    metrics.leading.set(1)
    status, text = visit("/metrics")
    assert status == 200
    assert "holdfast_leading 1.0" in text


@pytest.fixture
def page():
    stream = io.StringIO()
    open_logs(stream)
    yield stream
    structlog.reset_defaults()


def test_the_journal_is_one_json_object_a_line(page):
    logger("loop").info("turn", grants=2)
    entry = json.loads(page.getvalue())
    assert (entry["event"], entry["part"], entry["grants"], entry["level"]) == ("turn", "loop", 2, "info")
    assert entry["timestamp"].endswith("Z")


def test_no_name_forges_a_line_or_reaches_the_terminal(page):
    logger("loop").info("seen", name='x\n{"event": "forged"}\x1b[31m')
    assert len(page.getvalue().splitlines()) == 1
    assert "\x1b" not in page.getvalue()


def test_an_error_is_told_with_its_cause(page):
    logger("loop").error("list failed", exc_info=Expired("too old"))
    (told,) = json.loads(page.getvalue())["exception"]
    assert (told["exc_type"], told["exc_value"]) == ("Expired", "too old")


def test_details_are_told_only_when_asked_for(page):
    logger("loop").debug("detail")
    assert page.getvalue() == ""
    open_logs(page, verbose=True)
    logger("loop").debug("detail")
    assert "detail" in page.getvalue()
