"""Makes every entitled tenant's home at this site, before any node is opened for it.

For each home that the caches show to be other than it should: read namespace and binding, then Tenant and
ledgers, then write what differs, on the versions read first.
"""

from __future__ import annotations

from holdfast.agent.caches import BINDINGS, Workplace, find
from holdfast.agent.tenant_namespace import (
    TENANT_ROLE,
    Home,
    Ledgers,
    binding_of,
    binding_refusal,
    ledgers_of,
    names_of_homes,
    namespace_change,
    new_namespace,
    refusal,
)
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import NAMESPACES, Namespace, RoleBinding
from holdfast.cluster.holdfast_objects import POOLS, TENANTS
from holdfast.cluster.transport.objects import identify


def keep_homes(place: Workplace) -> None:
    """Every tenant's home as its Tenant and the ledgers want it; what cannot be is complained of."""
    sources = place.sources
    ledgers = ledgers_of(sources.pools.objects(), not sources.pools.broken(), sources.nodes.objects())
    for name in names_of_homes(sources.tenants.objects(), sources.namespaces.objects()):
        namespace, binding = sources.namespaces.get(name), sources.bindings.get(TENANT_ROLE, name)
        if why := refusal(name, namespace):
            place.chronicle.complain(name, why)
        elif not _fits(ledgers.home_of(name, sources.tenants.get(name)), namespace, binding):
            with place.chronicle.chapter(name):
                _settle(place, name)


def _fits(home: Home, namespace: Namespace | None, binding: RoleBinding | None) -> bool:
    """Whether a home is as it should be, as far as is known."""
    if namespace is None or namespace_change(namespace, home):
        return False
    return binding_of(home, binding) in (None, binding)


def _settle(place: Workplace, name: str) -> None:
    namespace = find(place.site, NAMESPACES, name)
    binding = find(place.site, BINDINGS, TENANT_ROLE, name)
    home = _ledgers_now(place).home_of(name, find(place.hub, TENANTS, name))
    if why := refusal(name, namespace):
        place.chronicle.complain(name, why)
    elif _settle_namespace(place, home, namespace):
        _settle_binding(place, home, binding)


def _ledgers_now(place: Workplace) -> Ledgers:
    pools: list[AcceleratorPool] = []
    whole = True
    for page in place.hub.list_pages(POOLS, place.own_pools):
        pools += page.objects
        whole = whole and not page.broken
    return ledgers_of(pools, whole, place.sources.nodes.objects())


def _settle_namespace(place: Workplace, home: Home, namespace: Namespace | None) -> bool:
    """Make or label the namespace; whether there is one."""
    if namespace is None and home.group is None:
        return False
    if namespace is None:
        place.sources.namespaces.put(place.site.create(NAMESPACES, new_namespace(home)))
        place.chronicle.did("made the tenant's namespace", home.tenant)
    elif change := namespace_change(namespace, home):
        place.sources.namespaces.put(place.site.patch(NAMESPACES, identify(namespace), change))
        place.chronicle.did("showed the tenant's reservations", home.tenant, now=sorted(home.reservations))
    return True


def _settle_binding(place: Workplace, home: Home, binding: RoleBinding | None) -> None:
    wanted = binding_of(home, binding)
    if wanted is None or wanted == binding:
        return
    if binding is None:
        place.sources.bindings.put(place.site.create(BINDINGS, wanted))
    elif why := binding_refusal(home, binding):
        place.chronicle.complain(f"{home.tenant}/{TENANT_ROLE}", why)
        return
    else:
        place.sources.bindings.put(place.site.replace(BINDINGS, wanted))
    place.chronicle.did("gave the tenant's group its role", home.tenant)
