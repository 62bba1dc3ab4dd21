"""Empty workbooks to fill in, from the declared columns and, where it was read, from what the platform has."""

from bulkportal.templating.as_workbook import CATALOGUES, CSV_NAMES, GUIDE, build_workbook, catalogues, write_csv_templates, write_template
from bulkportal.templating.drop_downs import LISTS, ROWS
from bulkportal.templating.live_options import LiveOptions, OfferedAccount, OfferedBundle

__all__ = [
    "CATALOGUES",
    "CSV_NAMES",
    "GUIDE",
    "LISTS",
    "ROWS",
    "LiveOptions",
    "OfferedAccount",
    "OfferedBundle",
    "build_workbook",
    "catalogues",
    "write_csv_templates",
    "write_template",
]
