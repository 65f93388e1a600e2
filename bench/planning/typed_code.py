"""A class that was typed into a notebook or at a prompt, as the text of a module: other processes load that.

The module has the class's source and, before it, all that it uses of what was typed: imports, functions,
classes and plain values. Anything else has no text.
"""

import ast
import dis
import linecache
import re
import sys
from collections.abc import Iterator
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any

from bench.core.errors import UserError

TYPED = "__main__"
LOADS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}
PLAIN = (type(None), bool, int, float, complex, str, bytes, tuple, list, set, dict)
LONGEST_VALUE = 100_000  # characters


def text_of(kind: type) -> str:
    """The text of a module that defines the class. Raises UserError where something in it has none."""
    pieces: dict[str, str] = {}
    _define(kind.__name__, kind, pieces, kind.__name__)
    return "\n\n".join(pieces.values()) + "\n"


def _define(name: str, value: object, pieces: dict[str, str], whose: str) -> None:
    """Add the text that defines a name, after the texts of those that it uses."""
    pieces[name] = ""  # so that what uses itself comes to an end
    if not (text := _repeated(name, value) or _imported(name, value)):
        text = _source(name, value)
        if not text and name == whose:
            raise UserError(f"The source of {whose} is unknown: write it in a file.")
        if not text:
            raise UserError(
                f"{whose} uses {name} ({type(value).__name__}), which other processes cannot load: make it a"
                f" parameter, or write {whose} in a file."
            )
        typed = vars(sys.modules[TYPED])
        for used in _names(compile(text, f"<{name}>", "exec", dont_inherit=True)):
            if used not in typed or used.startswith("__"):
                continue
            if used not in pieces:
                _define(used, typed[used], pieces, whose)
            if isinstance(typed[used], ModuleType):
                pieces |= {inner: f"import {inner}" for inner in _submodules(used, typed[used], text)}
    del pieces[name]
    pieces[name] = text


def _repeated(name: str, value: object) -> str:
    """The line that sets a name to a plain value; "" of another."""
    if type(value) not in PLAIN or len(shown := repr(value)) > LONGEST_VALUE:
        return ""
    try:
        return f"{name} = {shown}" if ast.literal_eval(shown) == value else ""
    except (ValueError, SyntaxError):
        return ""


def _imported(name: str, value: Any) -> str:
    """The line that imports a module, or something of one; "" where no module has it."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__} as {name}"
    inner = str(getattr(value, "__name__", name))
    its_own = sys.modules.get(str(getattr(value, "__module__", "")))
    for module in (its_own, *list(sys.modules.values())):
        if getattr(module, "__name__", TYPED) != TYPED and vars(module).get(inner) is value:
            return f"from {module.__name__} import {inner} as {name}"  # type: ignore[union-attr]  # it has a name
    return ""


def _submodules(name: str, package: ModuleType, text: str) -> Iterator[str]:
    """The modules of a package that a text reaches by its name, as in ``concurrent.futures.wait``."""
    for chain in re.findall(rf"\b{name}((?:\.\w+)+)", text):
        parts = chain.split(".")[1:]
        for count in range(1, len(parts) + 1):
            if (module := ".".join((package.__name__, *parts[:count]))) in sys.modules:
                yield module


def _source(name: str, value: object) -> str:
    """The definition of a class or function of that name, as it was typed; "" where there is none."""
    for file in _files(value):
        lines = linecache.getlines(file)
        try:
            nodes = ast.parse("".join(lines)).body
        except SyntaxError:
            continue
        for node in reversed(nodes):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                first = min(each.lineno for each in (node, *node.decorator_list))
                return "".join(lines[first - 1 : node.end_lineno]).rstrip()
    return ""


def _files(value: object) -> Iterator[str]:
    """The names under which Python keeps the lines of a function, or of a class's own functions."""
    for each in vars(value).values() if isinstance(value, type) else (value,):
        wrapped: Any = each.fget if isinstance(each, property) else getattr(each, "__func__", each)
        function = unwrap(wrapped)
        if isinstance(function, FunctionType) and function.__module__ == TYPED:
            yield function.__code__.co_filename


def _names(code: CodeType) -> Iterator[str]:
    """The global names that code reads, and the code within it."""
    instructions = list(dis.get_instructions(code))
    own = {each.argval for each in instructions if each.opname == "STORE_NAME"}
    yield from (each.argval for each in instructions if each.opname in LOADS and each.argval not in own)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
