"""Letters on their way: received, scanned, decided on, handed over, replied to; faxes and parcels."""
