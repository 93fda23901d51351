from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.errors import (
    AuthError,
    DiskError,
    InstallError,
    NetworkError,
    PreflightError,
)
from jupyterlab_preflight.install.explain import apt_failed, installer_failed, last_words

# What pip 23 to 26 and uv 0.4 to 0.13 print, cut down to what counts.
NO_MATCH = """\
ERROR: Could not find a version that satisfies the requirement cats==9 (from versions: 1.0)
ERROR: No matching distribution found for cats==9
"""
CONFLICT = """\
ERROR: Cannot install birds==1.0 and dogs==1.0 because these package versions have conflicting \
dependencies.

The conflict is caused by:
    dogs 1.0 depends on cats<2
    birds 1.0 depends on cats>=2
ERROR: ResolutionImpossible: for help visit https://pip.example.org/
"""
BUILD = """\
  error: subprocess-exited-with-error

  × Preparing metadata (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [1 lines of output]
      no compiler here
      [end of output]

error: metadata-generation-failed

× Encountered error while generating package metadata.
╰─> See above for output.

note: This is an issue with the package mentioned above, not pip.
hint: See above for details.
"""
MANAGED = """\
error: externally-managed-environment

× This environment is externally managed
╰─> To install Python packages system-wide, try apt install

note: If you believe this is a mistake, please contact your OS distribution provider.
"""
OPTION = """\
Usage:
  python -m pip install [options] <requirement specifier>

no such option: --bogus
"""
OLD_UV = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because cats was not found in the provided package locations and you
      require cats, we can conclude that your requirements are unsatisfiable.
"""
UV_AWAY = """\
error: Request failed after 3 retries in 5.5s
  cause: Failed to fetch: https://h/simple/cats/
  cause: dns error
  cause: failed to lookup address information: Name or service not known
"""
PIP_AWAY = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError(...: "
    "Failed to resolve 'h' ([Errno -2] Name or service not known)')': /simple/cats/\n" + NO_MATCH
)
PIP_REFUSED = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...: "
    "Failed to establish a new connection: [Errno 111] Connection refused')\n" + NO_MATCH
)
PIP_LOGIN = (
    "WARNING: 401 Error, Credentials not correct for https://me:pw@h/simple/cats/\n" + NO_MATCH
)
UV_LOGIN = """\
error: Failed to download `cats`
  cause: HTTP status client error (401 Unauthorized) for url (https://h/simple/cats/)
"""
FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"


@pytest.mark.parametrize(
    ("said", "kind", "reason", "action"),
    [
        (NO_MATCH, InstallError, "No matching distribution found for cats==9", "name and version"),
        (CONFLICT, InstallError, "Cannot install birds==1.0 and dogs==1.0", "Loosen"),
        (BUILD, InstallError, "Encountered error while generating", "needs no building"),
        (MANAGED, InstallError, "This environment is externally managed", "virtual environment"),
        (OPTION, InstallError, "no such option: --bogus", "Correct the option."),
        (OLD_UV, InstallError, "Because cats was not found", "name and version"),
        ("ERROR: Invalid requirement: 'cats['\n", InstallError, "cats[", "how it is written"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n",
            InstallError,
            "DO NOT MATCH",
            "before you change the hash",
        ),
        (
            "ERROR: Could not install packages: [Errno 13] Permission denied: '/usr/lib'\n",
            InstallError,
            "Permission denied",
            "an environment of yours",
        ),
        ("Killed\n", InstallError, "Killed", "Correct the line"),
        ("", InstallError, "did not say why", "Correct the line"),
        (FULL, DiskError, "the disk is full.", "Free some space"),
        (PIP_LOGIN, AuthError, "wants a login", "not in the notebook"),
        (UV_LOGIN, AuthError, "wants a login", "not in the notebook"),
    ],
)
def test_what_it_means(said: str, kind: type[PreflightError], reason: str, action: str) -> None:
    error = installer_failed("pip", said.splitlines())
    assert type(error) is kind
    assert reason in error.reason
    assert action in error.action
    assert "pw@" not in str(error)


@pytest.mark.parametrize("route", [False, True])
@pytest.mark.parametrize(
    ("said", "offline"),
    [
        (PIP_AWAY.replace("-2] Name or service not known", "-3] Temporary failure"), "always"),
        (PIP_AWAY, "without a route"),  # with one it may be the index's own name that is wrong
        (UV_AWAY, "without a route"),
        (PIP_REFUSED, "never"),
    ],
)
def test_no_answer(said: str, offline: str, route: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyterlab_preflight.fetch.route.has_route", lambda: route)
    error = installer_failed("pip", said.splitlines())
    assert isinstance(error, NetworkError)
    assert error.offline is (offline == "always" or (offline == "without a route" and not route))


@pytest.mark.parametrize("said", [NO_MATCH, OLD_UV])
def test_what_is_not_found_where_nothing_can_be_asked(said: str) -> None:
    error = installer_failed("pip", said.splitlines(), offline=True)
    assert isinstance(error, NetworkError)
    assert error.offline


def test_a_conflict_is_one_without_a_network_too() -> None:
    assert type(installer_failed("pip", CONFLICT.splitlines(), offline=True)) is InstallError


@pytest.mark.parametrize("offline", [False, True])
def test_a_system_package_that_is_not_found(offline: bool) -> None:
    error = apt_failed(["E: Unable to locate package cats"], offline=offline)
    assert type(error) is (NetworkError if offline else InstallError)


@given(st.lists(st.text()))
def test_any_output_has_an_error(said: list[str]) -> None:
    assert installer_failed("pip", said).reason
    assert "\n" not in last_words(said)
