"""Leases: what one says, who of several replicas leads by one, which datacenter is alive by another."""
