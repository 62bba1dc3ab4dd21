"""The platform with all launches, as the tests of exports have it."""

from tests.exporting.conftest import _platform, full

__all__ = ["_platform", "full"]
