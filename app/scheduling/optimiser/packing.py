"""Problems, plans and other arrays as a few bytes, for a database to keep and another machine to read."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scheduling.optimiser.problem import DayProfile, Plan, Problem, Weights

Arrays = dict[str, NDArray[Any]]


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the arrays compressed; ``unpack`` gives them back by name."""
    stored = BytesIO()
    np.savez_compressed(stored, allow_pickle=False, **arrays)
    return stored.getvalue()


def unpack(stored: bytes) -> Arrays:
    """Return the arrays that were packed. Nothing in them is ever run."""
    with np.load(BytesIO(stored), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def pack_problem(problem: Problem) -> bytes:
    """Return the problem compressed."""
    arrays: Arrays = {
        "days": np.array(problem.days),
        "slots_per_day": np.array(problem.slots_per_day),
        "group_counts": np.array([len(needed) for needed in problem.groups], np.int32),
        "groups": np.array([group for needed in problem.groups for group in needed], np.int32),
        "precedence": np.array(problem.precedence, np.int32).reshape(-1, 2),
        "profiles": _written([asdict(profile) for profile in problem.profiles]),
        "weights": _written(asdict(problem.weights)),
    }
    for part in fields(Problem):
        value = getattr(problem, part.name)
        if part.name not in arrays and isinstance(value, np.ndarray):
            arrays[part.name] = value
    if problem.given is not None:
        arrays |= {"given_starts": problem.given.starts, "given_rooms": problem.given.rooms}
    return pack(arrays)


def unpack_problem(stored: bytes) -> Problem:
    """Return the problem that was packed."""
    arrays = unpack(stored)
    values: dict[str, Any] = dict(arrays)
    counts = values.pop("group_counts")
    numbers = arrays["groups"].tolist()
    ends = np.cumsum(counts).tolist()
    values["groups"] = tuple(
        tuple(numbers[end - count : end]) for count, end in zip(counts.tolist(), ends, strict=True)
    )
    values["precedence"] = tuple((one, other) for one, other in arrays["precedence"].tolist())
    values["profiles"] = tuple(DayProfile(**profile) for profile in _read(arrays["profiles"]))
    values["weights"] = Weights(**_read(arrays["weights"]))
    values["days"], values["slots_per_day"] = int(arrays["days"]), int(arrays["slots_per_day"])
    if "given_starts" in values:
        values["given"] = Plan(values.pop("given_starts"), values.pop("given_rooms"))
    return Problem(**values)


def pack_plan(plan: Plan) -> bytes:
    """Return the plan compressed."""
    return pack({"starts": plan.starts, "rooms": plan.rooms})


def unpack_plan(stored: bytes) -> Plan:
    """Return the plan that was packed."""
    arrays = unpack(stored)
    return Plan(arrays["starts"], arrays["rooms"])


def _written(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def _read(written: NDArray[Any]) -> Any:
    return json.loads(written.tobytes())
