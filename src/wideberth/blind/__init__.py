"""Which plans of two parties conflict, found without either showing them to the other (docs/blind.md)."""
