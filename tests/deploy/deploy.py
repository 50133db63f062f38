"""Deploys the stack on an emulator of AWS on this machine, and plays the demo on it."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

import checks
import seller
import stack
from codedeploy import CodeDeploy
from emulator import REGION, Emulator
from workbench import ROOT, Failed, environment, run, step

# What only AWS itself shows. Whatever else differs is printed where the template is changed.
NOT_EMULATED = (
    "the canary of a new version: it takes over at once, once its check was run",
    "throttling and access logs of the API, a domain of one's own, mutual TLS",
    "concurrency limits, encryption, backups and the retention of logs",
    "alarms going off: they are deployed, and the metrics they look at are written",
)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """The exit status: 0 only if everything held."""
    parser = argparse.ArgumentParser(prog="tests/deploy/run", description=__doc__)
    parser.add_argument("--no-build", action="store_true", help="deploys the functions that the last run built")
    parser.add_argument("--keep", action="store_true", help="leaves everything running afterwards, until Ctrl-C")
    arguments = parser.parse_args()
    for number in SIGNALS:
        signal.signal(number, _end)
    # The library that expands SAM templates looks for it.
    os.environ["AWS_DEFAULT_REGION"] = REGION
    started = time.monotonic()
    with ExitStack() as cleanup:
        work = Path(tempfile.mkdtemp(prefix="feirante-deploy-"))
        cleanup.callback(shutil.rmtree, work, ignore_errors=True)
        emulator = None
        codedeploy = CodeDeploy()
        cleanup.callback(codedeploy.stop)
        try:
            _build(work, arguments.no_build)
            with step("emulator"):
                emulator = Emulator(work, {"AWS_ENDPOINT_URL_CODEDEPLOY": codedeploy.url})
                cleanup.callback(emulator.stop)
            _play(emulator, codedeploy, work, cleanup)
            verdict = None
        except (Failed, BotoCoreError, ClientError) as failure:
            verdict = failure
        print("\nNot emulated, so not seen here:")
        for what in NOT_EMULATED:
            print(f"  {what}")
        seconds = time.monotonic() - started
        if verdict:
            print(f"\nFAILED after {seconds:.0f} s: {verdict}", flush=True)
        else:
            print(f"\nThe deployed stack passed ({seconds:.0f} s).", flush=True)
        if arguments.keep and emulator:
            _keep(emulator, work)
    return 1 if verdict else 0


def _build(work: Path, no_build: bool) -> None:
    with step("feirante"):
        run(["cargo", "build", "--locked", "--package", "feirante"], environment(), work / "cargo.log")
    if not no_build:
        with step("sam build"):
            stack.build(work / "build.log")


def _play(emulator: Emulator, codedeploy: CodeDeploy, work: Path, cleanup: ExitStack) -> None:
    with step("sam deploy"):
        deployed = stack.deploy(emulator, work)
    with step("check before anything is applied"):
        codedeploy.asks(emulator, deployed, "first")
    with step("marketplace"):
        marketplace = seller.Marketplace(emulator, deployed, work)
        cleanup.callback(marketplace.stop)
    with step("apply"):
        seller.apply(emulator, marketplace, work)
    with step("offers"):
        seller.send_offers(emulator, work)
    ready = seller.ready_file(emulator, deployed, marketplace, work)
    with step("demo"):
        try:
            seller.demo(emulator, ready)
        except Failed:
            # A denied call says more than the step that waited for it.
            checks.roles(emulator, deployed)
            raise
    with step("check"):
        codedeploy.asks(emulator, deployed, "second")
    with step("doors"):
        checks.doors(deployed)
    with step("watched"):
        checks.watched(emulator, deployed)
    with step("roles"):
        checks.roles(emulator, deployed)


def _keep(emulator: Emulator, work: Path) -> None:
    print(f"\nStill running, until Ctrl-C; logs are in {work}. To look at it:\n")
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        print(f"  export {name}={emulator.environment()[name]}")
    print(f"  {seller.FEIRANTE.relative_to(ROOT)} orders list --stack {stack.NAME}", flush=True)
    try:
        signal.pause()
    except SystemExit:
        print("Stopping.", flush=True)


def _end(number: int, _: FrameType | None) -> None:
    """Ends the run by way of its cleanup, which a second signal does not cut short."""
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
