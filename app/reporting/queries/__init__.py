"""Reading across features."""
