"""Media: what a file is, where media may lie, and how it is brought here. It knows nothing of sheets or of the platform.

`facts` and `probing` look at files, `cache` keeps what they saw, `paths` and `share_links` read what a cell names;
`links` look at what lies elsewhere and `fetching` brings it here, through `safe_http`, the one door to the web.
"""

from __future__ import annotations

from bulkportal.media.beside import Beside
from bulkportal.media.facts import Facts, LinkFacts
from bulkportal.media.paths import OutsideRoot, locate, name_of, split_list
from bulkportal.media.probing import probe
from bulkportal.media.share_links import direct
from bulkportal.remote_files import is_address, scheme

__all__ = ["Beside", "Facts", "LinkFacts", "OutsideRoot", "direct", "is_address", "locate", "name_of", "probe", "scheme", "split_list"]
