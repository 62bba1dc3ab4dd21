"""What is kept of runs besides the ledger: the audit log, the event log, and the diary of nights and of rows that fail."""
