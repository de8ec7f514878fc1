"""Instruments, waves, invitations and responses; results only after closing and for enough answers.

Who has answered and what was answered cannot be joined in the database.
"""
