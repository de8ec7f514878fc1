"""Places of persons in courses: by hand and by import, never more than the capacity."""
