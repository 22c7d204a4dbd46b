"""The console: what is stored at the hub, as pages for people. It reads, and writes nothing anywhere.

reflectors ──▶ caches ──▶ documents ──(rights of the viewer)──▶ InView ──▶ view ──▶ page or JSON
                              └──(change)──▶ server-sent events ──▶ the page asks again
"""
