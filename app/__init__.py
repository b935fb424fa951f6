"""The face: pages, forms, command line, worker loop."""
