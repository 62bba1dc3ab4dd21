"""Launches and transfers handed to workers."""
