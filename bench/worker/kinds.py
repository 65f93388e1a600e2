"""Whether the user function is of a kind that can be called and measured, and why not."""

import inspect
from typing import Any

from bench.core.user_function import Own


def wrong_call(own: Own) -> str:
    """Why the function cannot be called like this; "" if it can."""
    for number, call in enumerate(own.in_turn(own.function or own.async_function, None).all, 1):
        try:
            inspect.signature(call.func).bind(*call.args, **call.keywords)
        except TypeError as error:
            which = f"those of input {number}" if own.round > 1 else "these arguments"
            return f"it cannot be called with {which}: {error}"
        except ValueError:
            break  # some functions in C have no signature
    return ""


def unbound_method(own: Own) -> str:
    """What to do about a function in a class that is to be called on an object; "" if it is none."""
    where, _, name = (own.function or own.async_function).rpartition(":")
    holder, _, last = name.rpartition(".")
    kind = own.find(f"{where}:{holder}") if holder else None
    if own.setup or not inspect.isclass(kind) or not inspect.isfunction(inspect.getattr_static(kind, last)):
        return ""
    return "it is a method: give its class with --setup, which creates an object for each worker"


def wrong_kind(own: Own) -> str:
    """Why a function of its kind cannot be measured like this; "" if it can."""
    function = own.find(own.function or own.async_function)
    if not callable(function):
        return f"it is not a function but a {type(function).__name__}"
    if any(map(inspect.isasyncgenfunction, forms_of(function))):
        return "it is an async generator, and a call runs none of it: name an async function that consumes it"
    if any(map(inspect.isgeneratorfunction, forms_of(function))):
        return "it is a generator, and a call runs none of it: name a function that consumes it with list()"
    if own.function and is_async(function):
        return "it is async: name it with --async-function"
    if own.async_function and not is_async(own.find(own.async_function)):
        return "it is not async, and was given as --async-function"
    return ""


def has_cache(own: Own) -> bool:
    """Whether it is decorated with a cache of functools."""
    return hasattr(own.find(own.function or own.async_function), "cache_info")


def forms_of(function: Any) -> list[Any]:
    """The function, what it wraps, and its ``__call__``, if it is an instance."""
    return [function, inspect.unwrap(function), type(function).__call__]


def is_async(function: Any) -> bool:
    return any(map(inspect.iscoroutinefunction, forms_of(function)))
