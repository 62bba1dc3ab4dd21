"""The tables of this room beside those of procrastinate."""

from __future__ import annotations

from bulkportal.database import Schema

_LOOKS = """
CREATE TABLE looks (
    ask TEXT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL, asked_at REAL NOT NULL, facts TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '', PRIMARY KEY (ask, place)
) WITHOUT ROWID
"""

QUEUES = Schema(
    name="queues",
    tables=f"""
CREATE TABLE results (
    job INTEGER PRIMARY KEY, host TEXT NOT NULL, began_at REAL NOT NULL, ended_at REAL, exit_code INTEGER, run_id TEXT, report TEXT,
    words TEXT, bucket TEXT
) WITHOUT ROWID;
CREATE TABLE transfers (
    workspace TEXT NOT NULL, bundle_id TEXT NOT NULL, sha256 TEXT NOT NULL, purpose TEXT NOT NULL, job INTEGER, state TEXT NOT NULL,
    public_url TEXT NOT NULL DEFAULT '', storage_path TEXT NOT NULL DEFAULT '', request_id TEXT, words TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (workspace, bundle_id, sha256, purpose)
) WITHOUT ROWID;
{_LOOKS};
""",
    version=2,
    migrations={1: lambda database: database.execute(_LOOKS)},
    if_damaged="",
    shared="bulkportal",
)
"""The results of jobs, and of files that a worker has uploaded, or inspected, for another machine."""

OF_ONE_FILE = " WHERE workspace=%(workspace)s AND bundle_id=%(bundle_id)s AND sha256=%(sha256)s AND purpose=%(purpose)s"
"""The row of one transfer, with values in the style of procrastinate's connection."""

OF_ONE_LOOK = " WHERE ask=%(ask)s AND place=%(place)s"
"""The row of one inspection, in the same style."""
