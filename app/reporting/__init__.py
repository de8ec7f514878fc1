"""Reports across features: coverage, start pages. Reads only."""
