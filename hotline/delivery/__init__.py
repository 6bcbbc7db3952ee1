"""Everything that leaves a transaction: promises kept by workers, notices to people."""
