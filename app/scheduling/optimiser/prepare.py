"""Compiles what a search needs: ``python -m app.scheduling.optimiser.prepare``, once for an installation.

It takes about a minute of a processor and half a gigabyte, so it is done before the first search and beside the worker.
"""

import os

import numpy as np

from app.scheduling.optimiser.problem import DayProfile, Problem
from app.scheduling.optimiser.search import improve


def prepare() -> None:
    """Use every compiled function once; what is in the cache already is only read."""
    for seconds in (0.1, 1.0):
        # The first call compiles and is over by then, the second goes through all of a search.
        improve(_tiny(), seconds=seconds)


def _tiny() -> Problem:
    """Three sessions of one lecturer for two slots: one of them finds no place, however often that is tried."""
    count, slots = 3, 2
    return Problem(
        days=1,
        slots_per_day=slots,
        lengths=np.ones(count, np.int32),
        courses=np.zeros(count, np.int32),
        sizes=np.full(count, 10, np.int32),
        starts=np.ones((count, slots), np.bool_),
        start_penalties=np.zeros((count, slots), np.int32),
        room_options=np.ones((count, 2), np.bool_),
        room_penalties=np.zeros((count, 2), np.int32),
        groups=((0,),) * count,
        group_profiles=np.zeros(1, np.int32),
        profiles=(DayProfile(window=1),),
        group_busy=np.zeros((1, slots), np.bool_),
        capacities=np.array([8, 12], np.int32),
        campuses=np.zeros(2, np.int32),
        room_busy=np.zeros((2, slots), np.bool_),
        shared=np.zeros(2, np.bool_),
        travel_slots=np.zeros((1, 1), np.int32),
        working_days=np.ones(1, np.int32),
    )


if __name__ == "__main__":
    # Whoever waits for an answer comes first.
    os.nice(10)
    prepare()
