"""What the demo does not see of a deployed stack: its doors, its roles, and what watches it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timezone

from emulator import Emulator
from stack import NAME, Stack
from workbench import ROOT, Failed

NAMESPACE = "Feirante"

# What a function logs of a call that its role does not allow.
DENIED = re.compile(r"AccessDenied|is not authorized to perform")

# What functions write only when it happens, and of requests that the demo does not make: which functions
# write them at all is a test of the template's.
RARE = ("DeliveryFailures", "Failures", "Held")

# A metric and the function it is of.
Metric = tuple[str, str]


def doors(stack: Stack) -> None:
    """Every route ends at a function that keeps strangers out; whatever is no route, ends at one too."""
    for route in stack.translated.routes:
        if route == "$default":
            expected, path = (404, "ES009"), "/nothing"
        else:
            expected, path = (403, "ES008"), re.sub(r"\{\w+\}", "unknown", route.split()[1])
        seen = _post(f"{stack.api}{path}")
        if seen != expected:
            raise Failed(f"{route} was answered {seen}, not {expected}")
    print(f"  {len(stack.translated.routes)} routes answer a stranger as they should")


def roles(emulator: Emulator, stack: Stack) -> None:
    """No function was denied anything: each role allows what its function does."""
    lines = 0
    for group, message in _logs(emulator, stack):
        lines += 1
        if DENIED.search(message):
            raise Failed(f"{group}: {message}")
    if not lines:
        raise Failed("no function has logged anything")
    print(f"  {lines} lines of logs, no denied call among them")


def watched(emulator: Emulator, stack: Stack) -> None:
    """The alarms and the dashboard are there, and every metric of ours that an alarm looks at was written."""
    _tick(emulator, stack)
    cloudwatch = emulator.client("cloudwatch")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{NAME}-")
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    expected = stack.resources["AWS::CloudWatch::Alarm"]
    if len(alarms) != len(expected) or not alarms:
        raise Failed(f"{len(alarms)} alarms, not {len(expected)}")
    if not cloudwatch.list_dashboards(DashboardNamePrefix=NAME)["DashboardEntries"]:
        raise Failed("there is no dashboard")
    wanted = {metric for alarm in stack.translated.alarms for metric in _looked_at(alarm, stack)}
    written = {metric for _, message in _logs(emulator, stack) for metric in _embedded(message)}
    functions = set(stack.functions().values())
    unwritten = sorted(wanted - written)
    if unknown := [metric for metric in unwritten if metric[0] not in RARE or metric[1] not in functions]:
        raise Failed(f"alarms look at metrics that no function has written: {unknown}")
    rare = ", ".join(sorted({name for name, _ in unwritten}))
    print(
        f"  {len(alarms)} alarms and the dashboard; of {len(wanted)} metrics of ours that alarms look at,"
        f" {len(wanted) - len(unwritten)} were written, the others are {rare or 'none'}"
    )


def _tick(emulator: Emulator, stack: Stack) -> None:
    """Runs a schedule's function that the demo may have been too short for."""
    event = json.loads((ROOT / "events" / "notify-marketplace-clock.json").read_text())
    event["time"] = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = emulator.client("lambda").invoke(
        FunctionName=stack.functions()["notify-marketplace"], Payload=json.dumps(event)
    )
    if "FunctionError" in answer:
        raise Failed(f"notify-marketplace: {answer['Payload'].read().decode()}")


def _post(url: str) -> tuple[int, str | None]:
    """The status and the error code with which an empty order is answered."""
    request = urllib.request.Request(url, b"[]", {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        body = error.read()
        try:
            return error.code, json.loads(body)["error"]["code"]
        except (KeyError, TypeError, ValueError):
            raise Failed(f"{url} was answered {error.code}: {body.decode(errors='replace')}") from None


def _logs(emulator: Emulator, stack: Stack) -> Iterator[tuple[str, str]]:
    """Every line that a function has logged, with its log group."""
    logs = emulator.client("logs")
    for name in stack.resources["AWS::Lambda::Function"].values():
        group = f"/aws/lambda/{name}"
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for event in page["events"]:
                for line in event["message"].splitlines():
                    yield group, line


def _looked_at(alarm: dict, stack: Stack) -> Iterator[Metric]:
    """The metrics of ours that an alarm of the template looks at, by itself or in its expressions."""
    metrics = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    if "MetricName" in alarm:
        metrics.append(alarm)
    for metric in metrics:
        if metric["Namespace"] == NAMESPACE:
            dimensions = {one["Name"]: _resolved(one["Value"], stack) for one in metric["Dimensions"]}
            yield metric["MetricName"], dimensions["Function"]


def _resolved(value: str | dict, stack: Stack) -> str:
    """A name in the template, which may be made of other names."""
    names = {"AWS::StackName": NAME} | stack.physical()
    match value:
        case str():
            return value
        case {"Ref": name}:
            return names[name]
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: names[found[1]], text)
    raise Failed(f"the dimension {value} is none that this script can read")


def _embedded(line: str) -> Iterator[Metric]:
    """The metrics in a line in CloudWatch's embedded metric format."""
    if '"_aws"' not in line:
        return
    record = json.loads(line)
    for directive in record["_aws"]["CloudWatchMetrics"]:
        if directive["Namespace"] == NAMESPACE:
            for metric in directive["Metrics"]:
                yield metric["Name"], record["Function"]
