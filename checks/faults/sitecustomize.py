"""Take something away from a Python process at its start. test_faults.py puts this folder on PYTHONPATH.

The environment variable FAULTS names what is missing: "network" (all hosts but this machine) or "widgets", or both.
"""

import os
import socket
import sys

FAULTS = os.environ.get("FAULTS", "").split()
HERE = ("127.0.0.1", "::1", "localhost", "")


def only_here(function):
    """Return a function of a socket, or of none, and an address, that refuses every other machine."""

    def guarded(*arguments, **options):
        parts = [*arguments, *options.values()]
        host = next((part for part in parts if not isinstance(part, socket.socket)), None)
        host = host[0] if isinstance(host, tuple) else host
        host = host.decode() if isinstance(host, bytes) else host
        if isinstance(host, str) and not host.startswith("/") and host not in HERE:  # a path is a local socket
            raise OSError(f"FAULTS: no network, no {host}")
        return function(*arguments, **options)

    return guarded


if "network" in FAULTS:
    socket.socket.connect = only_here(socket.socket.connect)
    socket.socket.connect_ex = only_here(socket.socket.connect_ex)
    socket.getaddrinfo = only_here(socket.getaddrinfo)
if "widgets" in FAULTS:
    for module in ("ipywidgets", "widgetsnbextension", "jupyterlab_widgets"):
        sys.modules[module] = None  # importing it raises ModuleNotFoundError
