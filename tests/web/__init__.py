"""Tests of the way over the web."""
