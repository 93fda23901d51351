"""A cloud on this machine: stand-ins for the providers, reached as an HTTPS proxy.

``FakeCloud`` is the proxy, a `Fake` plays a provider, ``faults`` break what is in between. Run as
``python -m tests.fakecloud`` it serves other programs.
"""

from __future__ import annotations

from . import faults
from .message import (
    Ending,
    Fake,
    Fault,
    File,
    Handler,
    Record,
    Request,
    Response,
    Throttle,
    Wire,
    redirect,
    text,
)
from .proxy import FakeCloud
from .static import Content, Site, serve

__all__ = [
    "Content",
    "Ending",
    "Fake",
    "FakeCloud",
    "Fault",
    "File",
    "Handler",
    "Record",
    "Request",
    "Response",
    "Site",
    "Throttle",
    "Wire",
    "faults",
    "redirect",
    "serve",
    "text",
]
