"""Media: what a file is, where media may lie, and how it is brought here. It knows nothing of sheets or of the platform.

`facts` and `probing` look at files, `memory` keeps what they saw, `places` reads what a cell names.
"""

from __future__ import annotations

from bulkportal.media.facts import Facts
from bulkportal.media.places import OutsideRoot, is_address, locate, scheme, split_list
from bulkportal.media.probing import probe

__all__ = ["Facts", "OutsideRoot", "is_address", "locate", "probe", "scheme", "split_list"]
