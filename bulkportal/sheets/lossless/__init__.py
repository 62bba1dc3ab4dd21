"""The user's own workbook with a few cells changed and every other byte as it was; the door is `patch`."""
