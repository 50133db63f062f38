"""The seller and its marketplace: what a person does after `sam deploy`, done with the fixture."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import tomlkit

import stack
from emulator import REGION, Emulator
from workbench import ROOT, Program, run

FEIRANTE = ROOT / "target" / "debug" / "feirante"
FIXTURE = ROOT / "sandbox" / "fixture"
# Short waits between attempts: the demo's outage is over in seconds.
HURRY = ROOT / "cli" / "src" / "demo" / "delivery.toml"

TABLES = ("offers", "orders", "listings", "accounts", "settings")
QUEUES = {
    "offers": "erp-offers",
    "invoices": "erp-invoices",
    "tracking": "erp-tracking",
    "cancellations": "erp-cancellations",
    "agreements": "agreements",
    "notifications": "notifications",
    "orders": "erp-orders.fifo",
}
# Seconds until the marketplace answers.
START = 30.0


class Marketplace:
    """The sandbox's marketplace beside the stack, and what it says of itself."""

    def __init__(self, emulator: Emulator, deployed: stack.Stack, work: Path) -> None:
        """Starts it; it answers when this returns."""
        ready = work / "marketplace.json"
        command = [FEIRANTE, "marketplace", FIXTURE / "seller.toml", "--api", deployed.api, "--ready", ready]
        self._program = Program(command, work / "marketplace.log", emulator.environment())
        try:
            text = self._program.wait_until(
                "the marketplace", lambda: ready.read_text() if ready.exists() else None, START
            )
        except BaseException:
            self._program.stop()
            raise
        told = json.loads(text)
        self.url: str = told["marketplace"]
        self.accounts: dict[str, dict] = told["accounts"]

    def stop(self) -> None:
        """Ends it."""
        self._program.stop()


def apply(emulator: Emulator, marketplace: Marketplace, work: Path) -> None:
    """Puts the keys into the parameter store and the fixture's seller file in force."""
    parameters = emulator.client("ssm")
    document = tomlkit.parse((FIXTURE / "seller.toml").read_text() + HURRY.read_text())
    for one in document["marketplaces"]:
        account = marketplace.accounts[one["account"]]
        name = f"/feirante/{one['account']}"
        parameters.put_parameter(Name=name, Type="SecureString", Value=json.dumps(account["outbound"]))
        one["outbound"] = {"parameter": name}
        one["endpoints"] = account["endpoints"]
    file = work / "seller.toml"
    file.write_text(tomlkit.dumps(document))
    run([FEIRANTE, "apply", file, "--stack", stack.NAME, "--yes"], emulator.environment(), work / "apply.log")


def send_offers(emulator: Emulator, work: Path) -> None:
    """Sends the fixture's offers through the queue that the ERP uses."""
    # A copy: an import keeps how far it came beside its file.
    file = Path(shutil.copy(FIXTURE / "offers.jsonl", work))
    run([FEIRANTE, "import", file, "--stack", stack.NAME, "--yes"], emulator.environment(), work / "import.log")


def ready_file(emulator: Emulator, deployed: stack.Stack, marketplace: Marketplace, work: Path) -> Path:
    """Says where everything is, as the sandbox does of itself."""
    sqs = emulator.client("sqs")

    def url(name: str) -> str:
        return sqs.get_queue_url(QueueName=f"{stack.NAME}-{name}")["QueueUrl"]

    def dead(name: str) -> str:
        return f"{name}-dead"

    ready = {
        "api": deployed.api,
        "bases": {name: account["base"] for name, account in marketplace.accounts.items()},
        "marketplace": marketplace.url,
        "console": None,
        "dynamodb": emulator.url,
        "sqs": emulator.url,
        "region": REGION,
        "tables": {name: f"{stack.NAME}-{name}" for name in TABLES},
        "queues": {short: url(name) for short, name in QUEUES.items()},
        "deadLetters": {short: url(dead(name)) for short, name in QUEUES.items() if short != "orders"},
        "lambda": {"url": emulator.url, "functions": deployed.functions()},
    }
    file = work / "ready.json"
    file.write_text(json.dumps(ready, indent=2))
    return file


def demo(emulator: Emulator, ready: Path) -> None:
    """Plays the demo; what it prints is seen."""
    run([FEIRANTE, "demo", "--against", ready], emulator.environment())
