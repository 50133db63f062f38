"""Steps that are told with their times, commands that must succeed, and programs that end with the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]

# How often something that is waited for is looked after, in seconds.
POLL = 0.1
# How long a program may take to end by itself, in seconds.
GRACE = 10.0
# So many lines of a log are shown where something failed.
TAIL = 40

T = TypeVar("T")


def environment() -> dict[str, str]:
    """The variables of the tools. Nobody's real credentials are among them; what cargo builds is in `target`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name != "CARGO_TARGET_DIR"
    }
    return kept | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
    }


class Failed(Exception):
    """Something did not hold; the text is for people."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says that a step begins, and how it ended after how long."""
    started = time.monotonic()
    print(f"== {name}", flush=True)
    end = "FAILED"
    try:
        yield
        end = "ok"
    finally:
        print(f"== {name}: {end}, {time.monotonic() - started:.1f} s", flush=True)


class Program:
    """A program in a process group of its own, so that whatever it starts can be ended with it."""

    def __init__(self, command: list[str | Path], log: Path | None, env: dict[str, str], cwd: Path = ROOT) -> None:
        """Starts it; without a log, what it says is seen."""
        self._name = Path(command[0]).name
        self._log = log
        output = log.open("wb") if log else None
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()

    def wait_until(self, what: str, look: Callable[[], T | None], within: float) -> T:
        """Looks again until there is something to see; fails when the program ends or the time is over."""
        deadline = time.monotonic() + within
        while (seen := look()) is None:
            if self._process.poll() is not None:
                raise Failed(f"{self._name} ended with {self._process.returncode}{self.tail()}")
            if time.monotonic() > deadline:
                raise Failed(f"{what} is not there after {within:.0f} s{self.tail()}")
            time.sleep(POLL)
        return seen

    def succeed(self, while_it_runs: Callable[[], None] = lambda: None) -> None:
        """Waits for the program's end, which must be a success."""
        while self._process.poll() is None:
            while_it_runs()
            time.sleep(POLL)
        if self._process.returncode != 0:
            raise Failed(f"{self._name} ended with {self._process.returncode}{self.tail()}")

    def tail(self) -> str:
        """The end of its log, behind a line break."""
        if self._log is None:
            return ""
        lines = self._log.read_text(errors="replace").splitlines()[-TAIL:]
        return "".join(f"\n  {line}" for line in lines)

    def stop(self) -> None:
        """Ends it and all that it has started; nothing of it is left when this returns."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                break
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()


def run(
    command: list[str | Path],
    env: dict[str, str],
    log: Path | None = None,
    cwd: Path = ROOT,
    while_it_runs: Callable[[], None] = lambda: None,
) -> None:
    """Runs a command that must succeed. What it says goes to `log`, and is shown only if it fails."""
    program = Program(command, log, env, cwd)
    try:
        program.succeed(while_it_runs)
    finally:
        program.stop()
