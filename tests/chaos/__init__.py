"""The chaos bench, in its short form."""
