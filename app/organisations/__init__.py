"""Bodies in the tree: headquarters, academies, schools and partners, with their campuses and rooms.

An organisation is valid for a period and may have successors; history stays with the body of its time.
"""
