"""Processes of the lab: how they are started, found again, restarted and ended.

supervision  children that outlive the command that started them
restarter    one of them, started again whenever it ends
child        children that end with the process that started them
"""
