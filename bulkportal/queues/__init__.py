"""Queues for other machines: launches and transfers wait in PostgreSQL, and workers on any number of hosts take them.

procrastinate delivers the jobs at least once; the ledger ensures that nothing is paid twice. Only this room knows procrastinate.
"""
