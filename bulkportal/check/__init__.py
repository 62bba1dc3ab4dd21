"""Is it right? Pure: no network, no clock."""
