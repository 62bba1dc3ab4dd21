"""The status: its figures, its pages, and the pack for one client."""
