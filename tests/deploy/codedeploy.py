"""CodeDeploy as far as the check of a new version knows it: it asks, and is told yes or no."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from emulator import Emulator
from stack import Stack
from workbench import Failed

TARGET = "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus"
FUNCTION = "AWS::Lambda::Function"


class CodeDeploy:
    """The one operation of the service that a hook calls. The emulator has none of it."""

    def __init__(self) -> None:
        """On a free port, from now on."""
        # What was told of each question, by its id.
        self._told: dict[str, str] = {}
        told = self._told

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                known = self.headers["X-Amz-Target"] == TARGET
                if known:
                    told[body["lifecycleEventHookExecutionId"]] = body["status"]
                self.send_response(200 if known else 400)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Nothing is told twice."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def asks(self, emulator: Emulator, stack: Stack, question: str) -> None:
        """Has the deployed version checked, which must be let in."""
        event = {"DeploymentId": "d-EMULATED1", "LifecycleEventHookExecutionId": question}
        answer = emulator.client("lambda").invoke(
            FunctionName=stack.resources[FUNCTION]["CheckDeployment"], Payload=json.dumps(event)
        )
        told = self._told.get(question)
        if told != "Succeeded" or "FunctionError" in answer:
            said = answer["Payload"].read().decode()
            raise Failed(f"the check of the deployed version told CodeDeploy {told}, and answered {said}")
        print("  check-deployment lets the deployed version in")

    def stop(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
