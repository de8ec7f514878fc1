"""How one machine runs Rondo: its own PostgreSQL, its processes, their upgrades and backups.

Nothing here knows a feature. An installation with its own service manager and database
needs only `database` (upgrades) and `backup`; the rest serves `rondo.py`.
"""
