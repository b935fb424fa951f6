"""Hand-made stand-ins; each has a test that holds it to the real thing."""
