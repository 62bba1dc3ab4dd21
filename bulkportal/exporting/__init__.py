"""Export: the platform's bundles as the same workbook that is imported.

`cell_texts` writes each value so that reading it back gives the same value, `export_rows` adds what the platform knows
about a row, `as_workbook` and `csv_folder` write it.

The room knows columns, sheets, the template and the platform's values, and nothing of checking, planning
or applying: it stands beside `plan` in the layers, and neither may see the other. That an export plans
nothing when it is imported is therefore proved from outside, by a test through both.
"""
