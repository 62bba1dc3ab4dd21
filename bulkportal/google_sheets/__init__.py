"""Google Sheets that a service account may read and write: the only room that speaks to Google, through gspread.

It knows cells, tabs and colours, and nothing of launches. Writes are idempotent: each names its place, so that one whose
answer was lost can be sent again.
"""

from bulkportal.google_sheets.tabs import LiveTab, NewTab, NotDone, Place, TabEdit, Value, spreadsheet_of

__all__ = ["LiveTab", "NewTab", "NotDone", "Place", "TabEdit", "Value", "spreadsheet_of"]
