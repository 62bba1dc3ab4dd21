"""Tests of the simulated platform, over real HTTP on loopback."""
