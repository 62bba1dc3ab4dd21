"""Exports and status reports, through the command and over a real simulator."""
