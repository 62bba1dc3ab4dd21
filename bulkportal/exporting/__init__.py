"""What the platform has, as sheets to edit and as a status to share.

Two stories live here. An export turns bundles that were read into the same workbook that is imported:
`cells` writes each value so that reading it back gives the same value, `rows` adds what the platform says
of a row, `workbook` and `csvfolder` write it. A status counts the same bundles: `figures` and `todo` are
pure numbers, `page` and its neighbours show them.

The room knows columns, sheets, the template and the platform's values, and nothing of checking, planning
or applying: it stands beside `plan` in the layers, and neither may see the other. That an export plans
nothing when it is imported is therefore proved from outside, by a test through both.
"""
