"""A hub in a file, and back: what is kept of it, how it is made anew, what must be so before it sells again.

An API server gives whatever it stores a uid of its own, and promises, ledgers and nodes are named by the uids of
reservations. So a restored reservation carries the uid it first had, and promises and ledgers are restored word for
word: no node at a site is written anew, and no pod notices. Only the sites know what was given after the backup; until
they have been compared with it the hub rests (`planner/rest.py`).
"""
