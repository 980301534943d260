"""What is not code: geoid grid, samples; loaded at the rim and passed down."""
