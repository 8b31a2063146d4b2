"""build_timeline: inputs → published timeline."""
