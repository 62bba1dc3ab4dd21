"""The books in PostgreSQL, shared by several machines: address, connection, and errors as sentences.

Nothing of the extra ``cluster`` is imported before an address is used.
"""
