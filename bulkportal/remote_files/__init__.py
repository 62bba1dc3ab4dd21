"""Files in cloud stores and on SFTP servers: the only room that uses fsspec.

Sheets, media and inboxes all come here, so that one place decides which addresses are understood, which servers are
trusted, where credentials come from, and how a store's refusal is worded. An object store is its vendor's, over
TLS; an SFTP server must be in the user's own known_hosts before anything is sent to it, a password above all.
"""

from bulkportal.remote_files.not_served import NotServed, Trouble
from bulkportal.remote_files.store import Filesystem, connect, told
from bulkportal.remote_files.store_address import (
    STORES,
    are_usual_addresses,
    export_address,
    holds_secret,
    is_address,
    is_elsewhere,
    is_remote,
    named,
    names_a_place,
    scheme,
    shown,
    split_names,
    store_of,
    web_link,
)

__all__ = [
    "STORES",
    "Filesystem",
    "NotServed",
    "Trouble",
    "are_usual_addresses",
    "connect",
    "export_address",
    "holds_secret",
    "is_address",
    "is_elsewhere",
    "is_remote",
    "named",
    "names_a_place",
    "scheme",
    "shown",
    "split_names",
    "store_of",
    "told",
    "web_link",
]
