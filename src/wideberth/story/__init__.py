"""Whole nodes and what people do with them, told step by step: the demo, and later drills."""
