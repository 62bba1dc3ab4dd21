"""The books in PostgreSQL, where several machines share them: its address, its connection, its troubles as sentences.

Nothing of the extra ``cluster`` is imported before an address is used.
"""
