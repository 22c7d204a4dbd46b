"""The cloud stand-in: a pretend Google Cloud and a plugin for Kubernetes objects, for Pulumi on a laptop.

properties   what travels between engine and plugin, as plain values
wire         serving a Pulumi protocol over gRPC
store        what the cloud holds, in sqlite
rules        what Google refuses, as a table
google       the cloud itself: store + rules + faults + hosts + call log
hosts        a GKE node pool as Nodes of its datacenter's cluster
plugins      the two programs the engines start
"""
