"""What is taught: programs, curricula in versions, and their modules. A published version never changes."""
