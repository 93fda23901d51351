"""Server for the browser tests: it has no password, never use it outside a test machine."""

import os

from jupyterlab.galata import configure_jupyter_server

configure_jupyter_server(c)  # noqa: F821
c.ServerApp.ip = "127.0.0.1"  # noqa: F821
c.ServerApp.port = int(os.environ.get("PREFLIGHT_UI_PORT", "18999"))  # noqa: F821
c.ServerApp.allow_root = True  # noqa: F821
c.ServerApp.log_level = "ERROR"  # noqa: F821
c.JupyterNotebookApp.expose_app_in_browser = True  # noqa: F821
