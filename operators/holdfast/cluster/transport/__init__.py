"""One call to one API server: the request, the rule for writes, what a reply means, and what is asked again.

http ◀─ kubernetes (the real way) ─▶ credentials ◀─ identities
  ▲     plain (the quick way, for commands) ─▶ kubeconfig
  ▲            paths, kinds, objects: where an object lives, how it is read and written
write_rule ◀─ calls ─▶ wire, status_errors ─▶ errors ─▶ retries, read_back
"""
