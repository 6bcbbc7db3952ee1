"""What the auditor reads: the journal of the service, who looked at whom, and alarms."""
