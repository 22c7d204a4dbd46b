"""The independent auditor: it looks at what is stored and at the nodes themselves, and says what must not be.

It shares the API's documents and the door to Kubernetes with the planner, and none of its reasoning: what is
counted here is counted again, from the documents, by other code.

    looking (hub and sites) ──▶ picture (frozen) ──▶ checks (pure, one visible tuple) ──▶ verdict (two looks)
"""
