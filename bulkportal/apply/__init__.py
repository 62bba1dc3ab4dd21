"""Do it, once."""
