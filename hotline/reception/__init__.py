"""The reception: visitors to a colleague, services of the hall, the suggestion book, urgent reports."""
