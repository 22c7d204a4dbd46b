"""A real site with manifests/site has nothing wrong, by the check's own reading of it."""

from __future__ import annotations

import json

from tests.guards.server import Server

from holdfast.cluster.transport.http import Reply, Request
from holdfast.doctor.finding import Weight
from holdfast.doctor.sites import examine_site, read_site


def test_an_installed_site_is_found_whole(site: Server) -> None:
    def ask(request: Request) -> Reply:
        query = "&".join(f"{key}={value}" for key, value in request.query)
        answer = site.call("GET", request.path + (f"?{query}" if query else ""))
        assert answer.accepted, answer.message
        return Reply(200, json.dumps(answer.document).encode(), None)

    found = examine_site(read_site(ask, 0.0))
    assert [one for one in found if one.weight is Weight.ERROR] == []
