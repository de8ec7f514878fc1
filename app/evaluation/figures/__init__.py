"""The statistics of evaluation: arrays and tables in, frozen results out.

Pure numpy and scipy. Imported by jobs of the worker and by the command line only, never by a page: the pages read
what was computed and stored.
"""
