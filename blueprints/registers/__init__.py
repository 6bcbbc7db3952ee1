"""The registers of the desk, and the daily review of the ledger."""
