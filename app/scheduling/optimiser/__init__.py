"""The optimiser of timetables: pure arithmetic on arrays, without database and web.

Only the worker and the command line may import it: it needs numpy, numba and CP-SAT, which no page should wait for.
"""
