"""What was done, counted: daily facts, measures that name what they count, reports and exports."""
