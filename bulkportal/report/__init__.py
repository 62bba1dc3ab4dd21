"""Say what happened."""
