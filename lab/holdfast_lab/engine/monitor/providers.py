"""Provider instances: one plugin process each, found on the lab's PATH and spoken to over gRPC."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from holdfast_lab.errors import LabError
from holdfast_lab.process_control.child import wait_or_kill
from holdfast_lab.pulumi_protocol.property_values import Plain, to_struct, without_secrets
from holdfast_lab.pulumi_protocol.rpc import channel

_GOODBYE_SECONDS = 5.0


class Providers:
    """Starts, configures and ends plugin processes of one run."""

    def __init__(self, environment: Mapping[str, str], log_folder: Path) -> None:
        self._environment = dict(environment)
        self._logs = log_folder
        self._lock = threading.Lock()
        self._ensuring = threading.Lock()
        self._spare: dict[str, list[_Process]] = {}
        self._processes: list[_Process] = []
        self._configured: dict[str, Any] = {}

    def start_early(self, packages: Iterable[str]) -> None:
        """Start plugins that will be needed, unless enough are spare, so that they are ready by then."""
        wanted = Counter(packages)
        with self._lock:
            for package, count in wanted.items():
                spare = self._spare.setdefault(package, [])
                spare += [self._start(package) for _ in range(count - len(spare))]

    def release(self) -> None:
        """Take every plugin out of use; the processes serve again."""
        self._configured.clear()
        for process in self._processes:
            spare = self._spare.setdefault(process.package, [])
            if process not in spare:
                spare.append(process)

    def stub(self, urn: str) -> Any:
        """The configured provider of a URN."""
        found = self._configured.get(urn)
        if found is None:
            raise LabError(f"provider {urn} was not configured in this run")
        return found

    def unconfigured(self, package: str) -> Any:
        """A plugin that has not been told anything yet; `configure` puts it into use."""
        with self._lock:
            spare = self._spare.get(package)
            process = spare.pop() if spare else self._start(package)
        return process.stub()

    def configure(self, urn: str, stub: Any, inputs: Plain) -> None:
        """Put a plugin into use for a provider."""
        settings = without_secrets({key: value for key, value in inputs.items() if key != "version"})
        stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(settings)))
        self._configured[urn] = stub

    def ensure(self, urn: str, package: str, inputs: Plain) -> None:
        """Put a provider into use unless it is."""
        with self._ensuring:
            if urn not in self._configured:
                self.configure(urn, self.unconfigured(package), inputs)

    def close(self) -> None:
        """End every plugin process."""
        for process in self._processes:
            process.end()

    def _start(self, package: str) -> _Process:
        process = _Process(package, self._environment, self._logs)
        self._processes.append(process)
        return process


class _Process:
    """One plugin: the first line it prints is its port."""

    def __init__(self, package: str, environment: dict[str, str], logs: Path) -> None:
        program = shutil.which(f"pulumi-resource-{package}", path=environment["PATH"])
        if program is None:
            raise LabError(f"there is no plugin for {package} in the lab: it has gcp and kubernetes")
        logs.mkdir(parents=True, exist_ok=True)
        self.package = package
        self._stub: Any = None
        self._line: grpc.Channel | None = None
        self._log = logs / f"plugin-{package}.log"
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [program], stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True
            )

    def stub(self) -> Any:
        """A line to it, once it is ready."""
        if self._stub is not None:
            return self._stub
        port = self._child.stdout.readline().strip() if self._child.stdout else b""
        if not port:
            raise LabError(f"the {self.package} plugin did not start; see {self._log}")
        self._line = channel(f"127.0.0.1:{port.decode()}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._line)
        return self._stub

    def end(self) -> None:
        """End it, hard if it does not listen."""
        if self._line:
            self._line.close()
        self._child.terminate()
        wait_or_kill(self._child, _GOODBYE_SECONDS)
        if self._child.stdout:
            self._child.stdout.close()
