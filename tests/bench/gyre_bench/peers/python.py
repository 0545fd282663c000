"""Peers written in Python: run by uvicorn out of build/venv-peers, which tests/bench/run makes."""
import os
import subprocess

from .. import ROOT
from ..side import NotThere

PROGRAMS = os.path.join(ROOT, "tests", "bench", "programs")
PYTHON = os.path.join(ROOT, "build", "venv-peers", "bin", "python")


def program(package, app, port, workers=1):
    """The words that start `app` of programs/."""
    if not os.path.exists(PYTHON) or subprocess.run(
            [PYTHON, "-c", f"import {package}"], cwd="/", capture_output=True).returncode:
        raise NotThere(f"needs the Python package {package} in build/venv-peers")
    return [PYTHON, "-P", "-W", "ignore", "-m", "uvicorn", f"{app}:app", "--app-dir", PROGRAMS,
            "--port", str(port), "--workers", str(workers), "--log-level", "error"]


def version_of(package):
    return subprocess.run([PYTHON, "-c", "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))",
                           package], capture_output=True, text=True).stdout.strip()
