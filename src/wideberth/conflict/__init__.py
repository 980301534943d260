"""Which volumes are too close."""
