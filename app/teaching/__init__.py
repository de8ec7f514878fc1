"""Lecturers and their assignments: proposed, answered, and read in a private calendar feed."""
