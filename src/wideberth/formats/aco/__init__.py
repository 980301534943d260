"""Airspace control orders (USMTF, ADatP-3): slash-delimited sets; place, level, time and kind are read."""
