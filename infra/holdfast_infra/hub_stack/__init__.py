"""The stack that puts Holdfast onto its hub: kinds, guards, rights, policies and, where it runs there, the operator."""
