"""asyncio on uvloop: the same idiom on an event loop in C."""

from asyncio import AbstractEventLoop
from collections.abc import Callable

from bench.runners.asyncio import Asyncio


class AsyncioUvloop(Asyncio):
    name = "asyncio-uvloop"
    summary = "1 thread, uvloop's event loop"
    use_for = "Many connections at once, where the loop itself is the bottleneck"
    core = False
    requires = ("uvloop",)

    def new_loop(self) -> Callable[[], AbstractEventLoop]:
        import uvloop  # installed or not, and under this model alone

        factory: Callable[[], AbstractEventLoop] = uvloop.new_event_loop
        return factory
