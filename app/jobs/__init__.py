"""The worker: runs what business transactions asked for, and what the schedule asks for."""
