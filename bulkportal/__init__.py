"""bulkportal: the spreadsheet control plane for TokPortal bundles.

    import bulkportal

    launch = bulkportal.open("launch.xlsx")
    for finding in launch.check().findings:
        print(finding)

Everything in `__all__` is loaded when it is first used, so that `import bulkportal` costs nothing. What can be awaited
is in `bulkportal.pipeline`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from bulkportal.version import __version__

if TYPE_CHECKING:
    from bulkportal import schemas as schemas
    from bulkportal.check.findings import Finding as Finding
    from bulkportal.codes import Severity as Severity
    from bulkportal.errors import BulkportalError as BulkportalError
    from bulkportal.errors import ExitCode as ExitCode
    from bulkportal.launch import Launch as Launch
    from bulkportal.launch import export as export
    from bulkportal.launch import export_accounts as export_accounts
    from bulkportal.launch import open_launch as open  # noqa: A004 - bulkportal.open, as gzip.open
    from bulkportal.launch import status as status
    from bulkportal.launch import undo as undo
    from bulkportal.pipeline.job import Job as Job
    from bulkportal.pipeline.job import MediaOptions as MediaOptions
    from bulkportal.pipeline.job import Result as Result
    from bulkportal.pipeline.reading import Accounts as Accounts
    from bulkportal.pipeline.reading import Export as Export
    from bulkportal.pipeline.reading import Status as Status
    from bulkportal.pipeline.undo import Undo as Undo
    from bulkportal.plan.operations import Plan as Plan
    from bulkportal.report.summary import Report as Report
    from bulkportal.settings import Profile as Profile
    from bulkportal.settings import Settings as Settings
    from bulkportal.settings import resolve as resolve_settings

__all__ = [
    "Accounts",
    "BulkportalError",
    "ExitCode",
    "Export",
    "Finding",
    "Job",
    "Launch",
    "MediaOptions",
    "Plan",
    "Profile",
    "Report",
    "Result",
    "Settings",
    "Severity",
    "Status",
    "Undo",
    "__version__",
    "export",
    "export_accounts",
    "open",
    "resolve_settings",
    "schemas",
    "status",
    "undo",
]

_HOMES = {
    "Accounts": "pipeline.reading",
    "BulkportalError": "errors",
    "ExitCode": "errors",
    "Export": "pipeline.reading",
    "Finding": "check.findings",
    "Job": "pipeline.job",
    "Launch": "launch",
    "MediaOptions": "pipeline.job",
    "Plan": "plan.operations",
    "Profile": "settings",
    "Report": "report.summary",
    "Result": "pipeline.job",
    "Settings": "settings",
    "Severity": "codes",
    "Status": "pipeline.reading",
    "Undo": "pipeline.undo",
    "export": "launch",
    "export_accounts": "launch",
    "open": "launch:open_launch",
    "resolve_settings": "settings:resolve",
    "status": "launch",
    "undo": "launch",
}
"""The module of each name, and its name there where that is another one."""


def __getattr__(name: str) -> object:
    if name == "schemas":
        return importlib.import_module(f"{__name__}.schemas")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, other = _HOMES[name].partition(":")
    return getattr(importlib.import_module(f"{__name__}.{module}"), other or name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
