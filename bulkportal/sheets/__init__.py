"""Files to text with exact addresses, and back."""
