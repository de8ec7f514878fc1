"""The demonstration academy: real history, entered through the commands that people use."""
