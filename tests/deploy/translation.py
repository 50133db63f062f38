"""The packaged template as the emulator can deploy it: as little as possible is made different.

Four things stand in the way. The emulator's CloudFormation ignores the OpenAPI document in which SAM
writes the routes of an HTTP API; they are written out as resources of their own, from that document.
It has no CodeDeploy: new versions take over at once. Its alarms know one metric each. And it asks for
a permission of a queue's batch operations that AWS does not know: there, they need the single one's.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Container
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from samtranslator.translator.transform import transform

Template = dict[str, Any]

# It reports that nobody asked for its metrics.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

INTEGRATION = "x-amazon-apigateway-integration"
ANY = "x-amazon-apigateway-any-method"
DEFAULT = "/$default"
ALARM = "AWS::CloudWatch::Alarm"
IN_BATCHES = ("sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


@dataclass
class Translated:
    """A template for the emulator."""

    template: Template
    # The route keys of its HTTP API.
    routes: list[str] = field(default_factory=list)
    # The properties of every alarm, also of those that the emulator can't have.
    alarms: list[Template] = field(default_factory=list)
    # What is different, in words.
    changes: list[str] = field(default_factory=list)


def translated(packaged: Template, supported: Container[str]) -> Translated:
    """`packaged` for an emulator that deploys resources of the types in `supported`."""
    done = Translated(copy.deepcopy(packaged))
    _without_deployments(done)
    _with_batches(done)
    expanded = _expanded(done.template)
    for name, resource in expanded["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            _write_routes_out(done, name, resource["Properties"]["Body"])
    _without_unsupported(done, expanded, supported)
    return done


def _expanded(template: Template) -> Template:
    """What SAM makes of a template: the same library does it for CloudFormation."""
    no_managed_policies = SimpleNamespace(load=dict)
    return transform(copy.deepcopy(template), {}, no_managed_policies)


def _without_deployments(done: Translated) -> None:
    everywhere = done.template.get("Globals", {}).get("Function", {})
    found = [] if everywhere.pop("DeploymentPreference", None) is None else ["Globals"]
    for name, resource in done.template["Resources"].items():
        if resource.get("Properties", {}).pop("DeploymentPreference", None) is not None:
            found.append(name)
    if found:
        done.changes.append(f"no CodeDeploy: new versions of {', '.join(found)} take over at once")


def _with_batches(done: Translated) -> None:
    changed = []
    for name, resource in done.template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        for policy in resource["Properties"].get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                if batches := [f"{action}Batch" for action in actions if action in IN_BATCHES]:
                    statement["Action"] = [*actions, *batches]
                    changed.append(name)
    if changed:
        names = ", ".join(sorted(set(changed)))
        done.changes.append(f"what may be done with one message of a queue, may be done in batches: {names}")


def _write_routes_out(done: Translated, api: str, document: Template) -> None:
    resources = done.template["Resources"]
    integrations: dict[str, str] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            integration = operation[INTEGRATION]
            uri = integration["uri"]
            name = integrations.get(str(uri))
            if name is None:
                name = integrations[str(uri)] = f"{api}Integration{len(integrations) + 1}"
                resources[name] = {
                    "Type": "AWS::ApiGatewayV2::Integration",
                    "Properties": {
                        "ApiId": {"Ref": api},
                        "IntegrationType": integration["type"].upper(),
                        "IntegrationMethod": integration["httpMethod"],
                        "IntegrationUri": uri,
                        "PayloadFormatVersion": integration["payloadFormatVersion"],
                    },
                }
            route = "$default" if path == DEFAULT else f"{'ANY' if method == ANY else method.upper()} {path}"
            done.routes.append(route)
            resources[f"{api}Route{len(done.routes)}"] = {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {
                    "ApiId": {"Ref": api},
                    "RouteKey": route,
                    "Target": {"Fn::Sub": f"integrations/${{{name}}}"},
                },
            }
    done.changes.append(
        f"{len(done.routes)} routes and {len(integrations)} integrations of {api} are resources of their own"
    )


def _without_unsupported(done: Translated, expanded: Template, supported: Container[str]) -> None:
    left_out: dict[str, list[str]] = {}
    for name, resource in expanded["Resources"].items():
        if resource["Type"] == ALARM:
            done.alarms.append(resource["Properties"])
            if "Metrics" in resource["Properties"]:
                left_out.setdefault("alarms with metric math", []).append(name)
        if resource["Type"] not in supported:
            left_out.setdefault(resource["Type"], []).append(name)
    for what, names in left_out.items():
        for name in names:
            del done.template["Resources"][name]
        done.changes.append(f"left out, since the emulator has no {what}: {', '.join(names)}")
