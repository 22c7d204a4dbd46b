"""NVIDIA's DRA driver for ComputeDomains as far as its public source says, for a lab's site: no GPU, no kubelet.

`objects` words what it makes, `rules` decides, `controller` does it at one site, again and again. It plays both of the
driver's programs: the controller in the cluster, and the kubelet's plugin on every host that carries a clique's label.
The kind itself and the two device classes are `kinds.yaml`, which it applies when it starts.
"""
