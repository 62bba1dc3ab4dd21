"""Exports, through the command and over a real simulator."""
