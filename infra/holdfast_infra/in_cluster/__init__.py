"""Software that the stacks put into clusters, from our own manifests: on the hub, and beside the hosts of a site."""
