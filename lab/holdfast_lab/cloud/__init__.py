"""The cloud stand-in: a pretend Google Cloud and a plugin for Kubernetes objects, for Pulumi on a laptop.

google           the cloud itself: each change is checked, carried out and written to the call log
tables           reads the tables beside the code
reservations     hardware reserved for the project (reservations.toml)
kinds            the types it knows and every output of theirs (kinds.toml)
refusals, rules  what Google refuses (refusals.toml), and when
request          one change as the rules see it
store            what it holds, in sqlite
faults           misbehaviour on demand
nodes, machines  a GKE node pool as Nodes
hosts, sites     where they join: the datacenter's cluster
apiserver        plain calls to a cluster
objects          Kubernetes objects of any kind
plugins          the two programs the engines start, behind pulumi_protocol
"""
