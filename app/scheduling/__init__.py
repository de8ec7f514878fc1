"""Courses and their timetables: sessions in rooms with people, clashes refused, drafts released."""
