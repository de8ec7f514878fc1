"""Changing accounts, by what is done with them."""
