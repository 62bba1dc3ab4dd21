"""The status: the progress of every bundle, what needs doing now and what it costs, to read and to share.

`metrics` and `tasks` are pure: they count bundles that `exporting` has read. `as_workbook`, `as_html` and `as_json` show the
same figures, and `client_pack` shows one client its own part of them.
"""
