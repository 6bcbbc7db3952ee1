"""The state of what runs behind the pages."""
