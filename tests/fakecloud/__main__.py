"""Serve the fake cloud to other programs until told to stop.

Prints one line of JSON (``proxy``, ``ca``, ``environ``), or with ``--shell`` lines to be sourced.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from .control import Control
from .message import Fake
from .proxy import FakeCloud


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 0, or 1 where a fake has broken meanwhile."""
    parser = argparse.ArgumentParser("python -m tests.fakecloud", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen on 127.0.0.1")
    parser.add_argument("--shell", action="store_true", help="print export lines")
    options = parser.parse_args(argv)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with FakeCloud(find_fakes(), port=options.port) as cloud:
        cloud.add(Control(cloud))
        environ = cloud.environ()
        if options.shell:
            lines = [f"export {name}={shlex.quote(value)}" for name, value in environ.items()]
        else:
            told = {"proxy": cloud.url, "ca": str(cloud.ca_file), "environ": environ}
            lines = [json.dumps(told)]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        stop.wait()
        failures, cloud.failures = cloud.failures, []
    for failure in failures:
        traceback.print_exception(failure)
    return 1 if failures else 0


def find_fakes() -> Iterator[Fake]:
    """What the modules of this package offer by their ``create()``."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "__main__":
            create = getattr(
                importlib.import_module(f"{__package__}.{module.name}"), "create", None
            )
            if create is not None:
                yield create()


if __name__ == "__main__":
    sys.exit(main())
