"""Text tables, printable HTML, pictures."""
