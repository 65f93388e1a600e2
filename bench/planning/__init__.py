"""Options to a plan: what is asked for, what can run here, how large a batch must be, in which order.

Takes ``Options`` and interpreters, gives a ``Plan``. Imported by ``execution``, ``api`` and ``cli``.
"""
