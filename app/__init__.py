"""Rondo: training programmes as plan-do-check-act cycles.

Importing a part of it loads that part; `app.factory` puts the application together.
"""
