"""Work handed to other machines: launches and transfers wait in PostgreSQL, and workers on any number of hosts take them.

procrastinate carries the jobs, at least once; that nothing is paid twice is the ledger's doing. Only this room knows procrastinate.
"""
