"""The emulator of AWS, on a free port of this machine, and what its users need to know of it."""

from __future__ import annotations

import os
import socket
import sys
import urllib.request
from pathlib import Path
from typing import Any

import boto3

from workbench import Program, environment

REGION = "us-east-1"
# Seconds until it answers.
START = 60.0


class Emulator:
    """A running emulator. It enforces IAM: what a function's role does not allow, is denied."""

    def __init__(self, work: Path, more: dict[str, str]) -> None:
        """With `more` variables, which the functions get as well."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        (work / "emulator").mkdir()
        self._program = Program(
            [Path(sys.executable).with_name("ministack")],
            work / "emulator.log",
            {
                "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8",
                "HOME": str(work / "emulator"),
                "TMPDIR": str(work / "emulator"),
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(port),
                "MINISTACK_HOST": "127.0.0.1",
                "MINISTACK_REGION": REGION,
                # What the functions are told about where AWS is.
                "AWS_ENDPOINT_URL": self.url,
                "AUTH": "true",
                # Its servers for other protocols, which listen on every address.
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "DOCKER_HOST": f"unix://{work}/no-docker.sock",
            }
            | more,
            cwd=work / "emulator",
        )
        try:
            self._program.wait_until("the emulator", self._health, START)
        except BaseException:
            self._program.stop()
            raise

    def _health(self) -> bool | None:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5):
                return True
        except OSError:
            return None

    def environment(self) -> dict[str, str]:
        """The variables of a program that takes the emulator for AWS."""
        return environment() | {
            "AWS_ENDPOINT_URL": self.url,
            # The emulator's name for who may do everything.
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: str) -> Any:
        """A client of one of its services; boto3 makes their types at run time."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def stop(self) -> None:
        """Ends it, with the functions' processes."""
        self._program.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
