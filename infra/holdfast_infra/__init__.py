"""The Pulumi program that provisions a datacenter's accelerators and publishes them to the hub."""
