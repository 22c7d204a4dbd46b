"""One console, from start to a graceful stop.

reflectors ──▶ sight ◀── pages (threads of the web server)         rights ──reviews──▶ hub
"""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable

import uvicorn

from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.identities import Kubeconfig
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.console.app import application
from holdfast.console.desk import Desk
from holdfast.console.read_only import ReadOnlyTransport
from holdfast.console.rights import Rights
from holdfast.console.sessions import Sessions, key_from
from holdfast.console.settings import ConsoleSettings
from holdfast.console.sight import Sight
from holdfast.console.sign_in.client import SignIn
from holdfast.console.sign_in.registration import Registration
from holdfast.process.collector import collect_rarely
from holdfast.process.connection import transport_from
from holdfast.process.logs import logger
from holdfast.process.threads import start_thread

PATIENCE = RetryPolicy(deadline=3.0)
"""A person is waiting."""
__all__ = ["ConsoleSettings", "Registration", "run_console"]
END_SECONDS = 2
"""How long open streams may take to end."""
_log = logger("console")


def run_console(settings: ConsoleSettings, stop: threading.Event, tell: Callable[[str], None]) -> int:
    """Serve until `stop` is set; `tell` is given the address to open. Returns the exit status of the process.

    Raises ValueError and OSError for what cannot be served: a key that is none, an address that is taken.
    """
    collect_rarely()
    key = key_from(settings.key_file)
    listener = _listening(settings)
    transport = transport_from(settings.kubeconfig, settings.context)
    retries = Retries(PATIENCE, time.monotonic, time.sleep, secrets.SystemRandom().uniform)
    api = Api(ReadOnlyTransport(transport), ServerClock(time.monotonic), retries)
    sight = Sight(api, time.monotonic, _namespace(settings))
    rights, sessions = Rights(api, time.monotonic), Sessions(key, settings.session_seconds, api.clock.now)
    sign_in = None
    if settings.registration is not None:
        sign_in = SignIn.of(settings.registration, settings.public, key, api.clock.now, time.monotonic)
    desk = Desk(settings, sight, rights, sessions, listener.getsockname()[1], sign_in, stop=stop)
    start_thread(sight.run, stop, retries.pause)
    server = uvicorn.Server(
        uvicorn.Config(
            application(desk), log_config=None, access_log=False, server_header=False, date_header=False,
            lifespan="off", timeout_graceful_shutdown=END_SECONDS,
        )
    )  # fmt: skip
    serving = threading.Thread(target=server.run, args=([listener],), name="pages")
    serving.start()
    tell(address(desk))
    _log.info("started", port=desk.port, public=settings.public or None)
    while serving.is_alive() and not stop.wait(1.0):
        pass
    stop.set()
    server.should_exit = True
    serving.join(2 * END_SECONDS)
    transport.close()
    _log.info("stopped")
    return 0


def address(desk: Desk) -> str:
    """What a person opens: on a laptop with the one-time word in it."""
    public = desk.settings.public
    return public or f"http://{desk.settings.host}:{desk.port}/enter?token={desk.token.word}"


def _listening(settings: ConsoleSettings) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # from now on who opens the address waits, and is not refused
    except OSError as error:
        listener.close()
        raise OSError(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror or error}"
        ) from error
    return listener


def _namespace(settings: ConsoleSettings) -> str:
    """A person's own namespace: the one that was given, or that their context names."""
    if settings.namespace or settings.public:
        return settings.namespace
    return Kubeconfig.chosen(settings.kubeconfig, settings.context).namespace
