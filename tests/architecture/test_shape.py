"""How large things may be, what they may be called, and what code may not do where it stands."""

import ast

from tests.architecture.source import functions, length, modules

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
# Heavy libraries are imported where they are used, so that a web process starts without them.
HEAVY = {"numpy", "scipy", "numba", "ortools", "typst"}


def test_modules_stay_short() -> None:
    long = [f"{path}: {text.count(chr(10))} lines" for path, text, _ in modules() if text.count("\n") > 400]
    assert long == []


def test_functions_stay_short() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}: {length(function)} lines"
        for path, _, tree in modules()
        for function in functions(tree)
        if length(function) > 60
    ]
    assert long == []


def test_views_only_translate() -> None:
    long = [
        f"{path}:{function.lineno} {function.name}: {length(function)} lines"
        for path, _, tree in modules()
        if path.endswith("views.py") or "/views/" in path
        for function in functions(tree)
        if function.decorator_list and length(function) > 30
    ]
    assert long == []


def test_modules_are_named_by_what_they_are() -> None:
    vague = [
        path for path, _, _ in modules() if NAMES_THAT_SAY_NOTHING & set(path.removesuffix(".py").split("/"))
    ]
    assert vague == []


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path, _, tree in modules()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _imported(node) & HEAVY
    ]
    assert hidden == []


def test_only_the_unit_of_work_commits() -> None:
    committing = [
        f"{path}:{node.lineno}"
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit" and not _may_commit(path)
    ]
    assert committing == []


def test_relationships_are_written_on_both_sides_or_on_one() -> None:
    implicit = [
        f"{path}:{node.lineno}"
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "backref"
    ]
    assert implicit == []


def test_public_functions_are_documented() -> None:
    bare = [
        f"{path}:{node.lineno} {node.name}"
        for path, _, tree in modules()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not _says_itself(node)
    ]
    assert bare == []


def test_every_test_can_fail() -> None:
    toothless = [
        f"{path}:{function.lineno} {function.name}"
        for path, _, tree in modules("tests")
        for function in functions(tree)
        if function.name.startswith("test_") and not _checks_something(function)
    ]
    assert toothless == []


def _says_itself(node: ast.FunctionDef | ast.ClassDef) -> bool:
    # An error's message tells what it means better than a docstring beside it would.
    return any(
        isinstance(part, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "message" for t in part.targets)
        for part in node.body
    )


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def _may_commit(path: str) -> bool:
    # Those that own a connection of their own, outside of any request.
    return path == "app/kernel/transaction.py" or path.startswith("app/hosting/")


def _checks_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if any(
                word in called
                for word in (
                    "raises",
                    "expect",
                    "assert",
                    "check",
                    "verify",
                    "client.",
                    "warns",
                    "execute",
                    "refuse",
                    "require",
                    "flush",
                )
            ):
                return True
    return False
