"""What must be done: wanted minus remote. Pure."""
