"""A demo as it is shown: its code as a reader would write it, taken from its file with nothing added but how
it is started; and its events in characters, a row for each task, thread or process, time from left to right.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Sequence

from bench.core.demo import Demo, Event

MARKS = {"runs": "█", "waits": "░", "again": "╎", "ends": "▏"}  # again: waits, and then for something else
PLAIN_MARKS = {"runs": "#", "waits": ".", "again": ":", "ends": "|"}
HARNESS = ("__future__", "bench")  # not shown
START = {
    "asyncio": "asyncio.run(main())",
    # A process of its own imports this file: without the condition it would start the demo again.
    "multiprocessing": 'if __name__ == "__main__":\n    main()',
}


def code_of(demo: Demo, model: str) -> str:
    """The demo's method for that model as ``main``, beneath the imports, functions and names of its file
    that it uses, directly or through another."""
    lines = inspect.getsource(sys.modules[type(demo).__module__]).splitlines()
    tree = ast.parse("\n".join(lines))
    (kind,) = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == type(demo).__name__]
    (method,) = [
        n for n in kind.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == model
    ]
    definitions = {name: node for node in tree.body if node is not kind for name in names_defined(node)}
    needed = names_used(method, definitions)
    imports = [text for node in tree.body if (text := importing(node, needed))]
    definitions_used = [
        text_of(lines, node)
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and node is not kind
        and needed & set(names_defined(node))
    ]
    main = re.sub(rf"def {model}\(self\)", "def main()", text_of(lines, method), count=1)
    parts = ["\n".join(imports), *definitions_used, main, START.get(model, "main()")]
    return "\n\n".join(part for part in parts if part)


def names_used(node: ast.AST, definitions: dict[str, ast.stmt]) -> set[str]:
    """Names defined in the file that ``node`` uses, directly or through another definition."""
    found: set[str] = set()
    unread = [node]
    while unread:
        for part in ast.walk(unread.pop()):
            if isinstance(part, ast.Name) and part.id in definitions and part.id not in found:
                found.add(part.id)
                unread.append(definitions[part.id])
    return found


def names_defined(node: ast.stmt) -> list[str]:
    """Names that a statement of the file defines, except those of the harness, which are not shown."""
    match node:
        case ast.ImportFrom(module=module) if str(module).partition(".")[0] in HARNESS:
            return []
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [name_in_file(alias) for alias in names]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case _:
            return []


def importing(node: ast.stmt, needed: set[str]) -> str:
    """An import reduced to the needed names; empty if none is needed."""
    if not isinstance(node, ast.Import | ast.ImportFrom) or not needed & set(names_defined(node)):
        return ""
    node.names = [alias for alias in node.names if name_in_file(alias) in needed]
    return ast.unparse(node)


def name_in_file(alias: ast.alias) -> str:
    return (alias.asname or alias.name).partition(".")[0]


def text_of(lines: list[str], node: ast.stmt) -> str:
    """The node's lines with its decorators, dedented."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return textwrap.dedent("\n".join(lines[first - 1 : node.end_lineno]))


def timeline(events: Sequence[Event], width: int, marks: dict[str, str] = MARKS) -> list[str]:
    """A row for each who, in order of appearance, and a scale. At most ``width`` columns."""
    if not events:
        return []
    names = list(dict.fromkeys(event.who for event in events))
    margin = max(map(len, names)) + 2
    cells = max(10, width - margin - 1)
    end = max(event.at_s for event in events) or 1e-9
    rows = [
        f"{name:<{margin}}{row([event for event in events if event.who == name], cells, end, marks)}".rstrip()
        for name in names
    ]
    last = f"{end * 1e3:.0f} ms"
    return [*rows, f"{'':<{margin}}0{last:>{cells}}"]


def row(events: Sequence[Event], cells: int, end: float, marks: dict[str, str]) -> str:
    """One row: the state in each cell. A turn that is shorter than a cell is still shown."""
    drawn = [" "] * (cells + 1)
    for i, event in enumerate(events):
        first = round(event.at_s / end * cells)
        if event.state == "ends":
            if drawn[first] != marks["runs"]:
                drawn[first] = marks["ends"]
            continue
        until = events[i + 1].at_s if i + 1 < len(events) else end
        past = max(round(until / end * cells), first + 1)
        for cell in range(first, min(past, cells + 1)):
            if drawn[cell] != marks["runs"] or event.state == "runs":
                drawn[cell] = marks[event.state]
        if i and event.state == events[i - 1].state == "waits" and drawn[first] != marks["runs"]:
            drawn[first] = marks["again"]
    return "".join(drawn)
