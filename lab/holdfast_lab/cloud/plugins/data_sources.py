"""The data sources that the pretend cloud answers."""

from __future__ import annotations

from collections.abc import Callable

from holdfast_lab.cloud.reservations import RESERVATIONS, Reservation
from holdfast_lab.pulumi_protocol.errors import Refusal
from holdfast_lab.pulumi_protocol.property_values import Plain

_HEALTHY = [{"healthStatus": "HEALTHY", "healthySubBlockCount": 144, "degradedSubBlockCount": 0}]


def answer(function: str, arguments: Plain, settings: Plain) -> Plain:
    """The answer to a data source; refuses one that is not listed here."""
    found = _ANSWERS.get(function.rpartition(":")[2])
    if found is None:
        raise Refusal(
            f"the lab's pretend cloud cannot answer {function}; it knows {', '.join(sorted(_ANSWERS))}"
        )
    return found(arguments, settings)


def _client_config(_arguments: Plain, settings: Plain) -> Plain:
    place = {key: settings.get(key, "") for key in ("project", "region", "zone")}
    return {"id": "lab", "accessToken": "", "defaultLabels": {}, **place}


def _reservation(arguments: Plain, settings: Plain) -> Plain:
    found = _require(arguments.get("name"))
    where = _where(arguments, settings, f"reservations/{found.name}")
    return {"name": found.name, "status": "READY", "blockNames": list(found.blocks), **where}


def _block(arguments: Plain, settings: Plain) -> Plain:
    found = _require(arguments.get("reservation"))
    name = arguments.get("name")
    where = _where(arguments, settings, f"reservations/{found.name}/reservationBlocks/{name}")
    return {"name": name, "reservation": found.name, "status": "READY", "healthInfos": _HEALTHY, **where}


def _sub_block(arguments: Plain, settings: Plain) -> Plain:
    block = arguments.get("reservationBlock")
    return _block(arguments, settings) | {
        "reservationBlock": block,
        "healthInfos": [{"healthStatus": "HEALTHY"}],
    }


def _require(name: object) -> Reservation:
    found = RESERVATIONS.get(str(name))
    if found is None:
        raise Refusal(f"googleapi: Error 404: The reservation {name} was not found., notFound")
    return found


def _where(arguments: Plain, settings: Plain, path: str) -> Plain:
    project = arguments.get("project") or settings.get("project", "")
    zone = arguments.get("zone") or settings.get("zone", "")
    identity = f"projects/{project}/zones/{zone}/{path}"
    return {"id": identity, "project": project, "zone": zone, "selfLink": identity}


_ANSWERS: dict[str, Callable[[Plain, Plain], Plain]] = {
    "getClientConfig": _client_config,
    "getReservation": _reservation,
    "getReservationBlock": _block,
    "getReservationSubBlock": _sub_block,
}
