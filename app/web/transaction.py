"""The edges of a request's unit of work. Reading never writes; what is not committed is rolled back."""

from flask import Flask, request

from app.kernel import transaction
from app.kernel.access import forget_acting_grant


def register(app: Flask) -> None:
    """Begin each request clean and end it clean. The commit is the route's (see ``FeatureBlueprint``)."""
    app.before_request(_begin)
    app.teardown_request(_forget)


def _begin() -> None:
    forget_acting_grant()
    if request.method != "POST":
        transaction.read_only()


def _forget(_error: BaseException | None) -> None:
    transaction.abandon()
