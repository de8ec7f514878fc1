"""Compares 1,128 lecturers rated 73,000 times by 2,972 respondents: ``python -m tests.load.comparison``.

The size is that of InstEval, the evaluations of the ETH Zurich that the R package lme4 carries; the ratings are made up
from known effects. It runs in a process of its own with one thread, and prints the time and the highest memory of the
whole process, and how near the estimates came to what the ratings were made from.
"""

import json
import os
import resource
import subprocess
import sys
import time
from argparse import ArgumentParser

import numpy as np

from app.evaluation.figures.comparisons import Comparison, compare

RATINGS, RESPONDENTS, LECTURERS, DEPARTMENTS = 73_000, 2_972, 1_128, 14
SDS = {"respondent": 0.33, "lecturer": 0.52, "department": 0.08}
RESIDUAL_SD, MEAN = 1.18, 3.25
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def make_ratings(*, departments: bool) -> tuple[list[float | None], dict[str, list[str | None]]]:
    """Draw ratings on the five points from crossed effects. A few lecturers have most of the ratings."""
    generator = np.random.default_rng(20_261_122)
    weights = generator.pareto(1.2, LECTURERS) + 0.2
    lecturers = generator.choice(LECTURERS, RATINGS, p=weights / weights.sum())
    lecturers[:LECTURERS] = np.arange(LECTURERS)
    codes = {"respondent": generator.integers(0, RESPONDENTS, RATINGS), "lecturer": lecturers}
    if departments:
        codes["department"] = lecturers % DEPARTMENTS
    values = MEAN + RESIDUAL_SD * generator.normal(size=RATINGS)
    for name, code in codes.items():
        values += SDS[name] * generator.normal(size=int(code.max()) + 1)[code]
    points = np.clip(np.rint(values), 1, 5)
    labels: dict[str, list[str | None]] = {
        name: [f"{name} {place}" for place in code] for name, code in codes.items()
    }
    return [float(point) for point in points], labels


def measure(*, departments: bool) -> None:
    """Compare once in this process and print what it took as JSON."""
    ratings, factors = make_ratings(departments=departments)
    started, used = time.perf_counter(), time.process_time()
    found = compare(ratings, factors, compared="lecturer", respondent="respondent")
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    if not isinstance(found, Comparison):
        raise SystemExit(f"There was no comparison: {found}")
    print(
        json.dumps(
            {
                "ratings": found.n,
                "levels": {part.name: part.levels for part in found.components},
                "seconds": round(seconds, 2),
                "cpu_seconds": round(cpu, 2),
                "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "sds": {part.name: round(part.sd, 4) for part in (*found.components, found.residual)},
                "told_apart": found.above + found.below,
                "shown": len(found.effects),
                "groups_in_order": len(found.separated),
            }
        )
    )


def main() -> None:
    """Run each size in a process of its own."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--here", action="store_true", help="run in this process")
    parser.add_argument("--departments", action="store_true", help="with departments as a third factor")
    arguments = parser.parse_args()
    if arguments.here:
        measure(departments=arguments.departments)
        return
    for extra in ([], ["--departments"]):
        command = [sys.executable, "-m", "tests.load.comparison", "--here", *extra]
        subprocess.run(command, check=True, env={**os.environ, **ONE_THREAD})


if __name__ == "__main__":
    main()
