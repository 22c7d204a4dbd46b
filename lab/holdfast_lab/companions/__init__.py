"""Controllers of others beside Holdfast at a site: `holdfast lab up --with` adds the real Kueue,
JobSet and LeaderWorkerSet.

catalogue      which there are, how each is built and told where to listen
building       its program, built once, and its manifests, taken from the same Go module
manifests      what of these an administrator would apply, with webhooks that answer on loopback
certificates   what its webhooks answer with
starting       installed and started at every site of a lab
"""
