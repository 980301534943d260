"""Numbers with units and datum; this floor knows no party."""
