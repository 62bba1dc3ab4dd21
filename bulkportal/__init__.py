"""bulkportal: the spreadsheet control plane for TokPortal bundles."""

from bulkportal.version import __version__

__all__ = ["__version__"]
