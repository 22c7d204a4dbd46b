"""GKE's slice controller as far as Google documents it, for the lab's sites and for tests in memory.

`rules` decides, `controller` does it at one site, again and again. The kind itself, with what Google's webhook refuses
as rules of its definition, is `objects/slices.yaml`.
"""
