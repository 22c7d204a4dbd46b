"""The hub, looked at once: a plan is judged against one picture, however many units it touches."""

from __future__ import annotations

from holdfast_infra.hub_guard import Hub
from holdfast_infra.hub_guard.ledger import Object


class SeenHub:
    """A hub whose pools were listed when this was made; it answers HubGuard like the hub itself."""

    def __init__(self, hub: Hub) -> None:
        """Look. Raises HubSilent."""
        self._hub = hub
        self._pools = {str((each.get("metadata") or {}).get("name")): each for each in hub.pools()}
        self._reports: dict[str, Object | None] = {}

    def identity(self) -> str:
        """As the hub says."""
        return self._hub.identity()

    def published(self, kind: str, name: str) -> Object | None:
        """As the hub says now."""
        return self._hub.published(kind, name)

    def pool(self, name: str) -> Object | None:
        """As it was listed."""
        return self._pools.get(name)

    def pools(self) -> list[Object]:
        """As they were listed."""
        return list(self._pools.values())

    def report(self, pool: str) -> Object | None:
        """As it was when it was first asked for. Raises HubSilent."""
        if pool not in self._reports:
            self._reports[pool] = self._hub.report(pool)
        return self._reports[pool]
