"""Empty workbooks to fill in, from the declared columns and, where it was read, from what the platform has."""

from bulkportal.templating.book import CATALOGUES, CSV_NAMES, GUIDE, build_workbook, catalogues, write_csv_templates, write_template
from bulkportal.templating.lists import LISTS, ROWS
from bulkportal.templating.offer import Existing, Offer, Saved

__all__ = [
    "CATALOGUES",
    "CSV_NAMES",
    "GUIDE",
    "LISTS",
    "ROWS",
    "Existing",
    "Offer",
    "Saved",
    "build_workbook",
    "catalogues",
    "write_csv_templates",
    "write_template",
]
