"""The stack: built by SAM, made to fit the emulator, deployed by SAM."""

from __future__ import annotations

import json
import platform
import re
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as SUPPORTED
from samcli.yamlhelper import yaml_parse

from emulator import REGION, Emulator
from translation import Translated, translated
from workbench import ROOT, Failed, environment, run

NAME = "feirante"
BUCKET = "feirante-artifacts"
BUILT = ROOT / "target" / "deploy" / "build"

# The processor of this machine as Lambda calls it: the functions run here.
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}

# The functions in what the SAM CLI says while it builds them.
BUILDING = re.compile(r"^Building codeuri:.* functions: (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Stack:
    """The deployed stack."""

    # The URL of its API.
    api: str
    # What became of the template.
    translated: Translated
    # What its resources are called, by their types and by their names in the template.
    resources: dict[str, dict[str, str]]

    def physical(self) -> dict[str, str]:
        """What its resources are called, by their names in the template."""
        return {name: called for resources in self.resources.values() for name, called in resources.items()}

    def functions(self) -> dict[str, str]:
        """What its functions are called, by their crates' names."""
        prefix = f"{NAME}-"
        names = self.resources["AWS::Lambda::Function"].values()
        return {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}


def build(log: Path) -> None:
    """Builds every function, and says how long each took."""
    building: list[tuple[str, float]] = []

    def look() -> None:
        found = BUILDING.findall(log.read_text(errors="replace"))
        building.extend((name, time.monotonic()) for name in found[len(building) :])

    command = ["sam", "build", "--template-file", ROOT / "template.yaml", "--build-dir", BUILT]
    run([*command, *_parameters()], environment(), log, while_it_runs=look)
    for (name, start), (_, end) in pairwise([*building, ("", time.monotonic())]):
        size = (BUILT / name / "bootstrap").stat().st_size
        print(f"  {name:<22} {end - start:6.1f} s  {size / 1e6:5.1f} MB", flush=True)


def deploy(emulator: Emulator, work: Path) -> Stack:
    """Deploys what was built."""
    emulator.client("s3").create_bucket(Bucket=BUCKET)
    env = emulator.environment()
    packaged, template = work / "packaged.yaml", work / "template.json"
    uploads = ["--s3-bucket", BUCKET, "--region", REGION]
    output = ["--output-template-file", packaged]
    source = ["--template-file", BUILT / "template.yaml"]
    # Where no samconfig.toml is: one of the seller's is for their own account.
    run(["sam", "package", *source, *output, *uploads], env, work / "package.log", cwd=work)
    made = translated(yaml_parse(packaged.read_text()), SUPPORTED)
    for change in made.changes:
        print(f"  {change}", flush=True)
    template.write_text(json.dumps(made.template, indent=2))
    command = ["sam", "deploy", "--template-file", template, "--stack-name", NAME, *uploads]
    capabilities = ["--capabilities", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    answers = ["--no-confirm-changeset", "--no-progressbar"]
    command += [*capabilities, *answers, *_parameters()]
    try:
        run(command, env, work / "deploy.log", cwd=work)
    except Failed as failure:
        raise Failed("\n  ".join(_reasons(emulator)) or str(failure)) from failure
    return _deployed(emulator, made)


def _reasons(emulator: Emulator) -> list[str]:
    """What CloudFormation says of the resources that it could not make."""
    pages = emulator.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=NAME)
    events = [event for page in pages for event in page["StackEvents"]]
    return [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    ]


def _parameters() -> list[str]:
    """The template's parameters: all have their defaults but the processor, which is this machine's."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise Failed(f"Lambda has no processor like this machine's, {machine}")
    return ["--parameter-overrides", f"ParameterKey=Architecture,ParameterValue={ARCHITECTURES[machine]}"]


def _deployed(emulator: Emulator, made: Translated) -> Stack:
    cloudformation = emulator.client("cloudformation")
    resources: dict[str, dict[str, str]] = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=NAME):
        for resource in page["StackResourceSummaries"]:
            if not resource["ResourceStatus"].endswith("_COMPLETE"):
                raise Failed(f"{resource['LogicalResourceId']} is {resource['ResourceStatus']}")
            of_type = resources.setdefault(resource["ResourceType"], {})
            of_type[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    (api,) = resources["AWS::ApiGatewayV2::Api"].values()
    print(f"  {sum(map(len, resources.values()))} resources of {len(resources)} types", flush=True)
    # By path: the name that AWS would give it is none that this machine resolves.
    return Stack(f"{emulator.url}/_aws/execute-api/{api}", made, resources)
