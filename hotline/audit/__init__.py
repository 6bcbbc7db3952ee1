"""What can be proved afterwards: whole histories, who changed settings, who looked at whom."""
