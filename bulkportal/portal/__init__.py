"""The wire: one client, its transports, and what its answers mean."""
