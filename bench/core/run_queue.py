"""The time that the calling thread waits for a core, read without releasing the GIL. Standard library."""

import ctypes
import os
import sys
from contextlib import suppress
from threading import get_native_id


class RunQueue:
    """How long this thread has been runnable without a core, on Linux; elsewhere 0."""

    def __enter__(self) -> "RunQueue":
        self.file = -1
        if sys.platform == "linux":
            self.buffer = ctypes.create_string_buffer(100)
            self.pread = ctypes.PyDLL(None).pread  # PyDLL: with the GIL held
            with suppress(OSError):  # a kernel that does not count it, as gVisor
                self.file = os.open(
                    f"/proc/self/task/{get_native_id()}/schedstat", os.O_RDONLY | os.O_CLOEXEC
                )
        return self

    def __exit__(self, *_: object) -> None:
        if self.file >= 0:
            os.close(self.file)

    def waited_ns(self) -> int:
        if self.file < 0:
            return 0
        length = self.pread(self.file, self.buffer, 100, 0)
        return int(self.buffer.raw[:length].split()[1])
