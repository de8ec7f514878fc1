"""Technique that knows no feature and no HTTP: database, transaction, access, errors, text, time."""
