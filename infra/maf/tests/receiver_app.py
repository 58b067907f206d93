"""The receiver as the tests run it: the real router, with a function that writes down what it was given."""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fastapi import FastAPI  # noqa: E402

import meeting_bot_webhook as webhook  # noqa: E402

_lock = threading.Lock()


def _append(name: str, value: Dict[str, Any]) -> None:
    with _lock, open(Path(os.environ["MEETING_BOT_DATA_DIR"]) / name, "a", encoding="utf-8") as file:
        file.write(json.dumps(value) + "\n")


def process(recording: webhook.Recording) -> None:
    time.sleep(float(os.environ.get("TEST_PROCESS_SECONDS", "0")))
    _append(
        "processed.jsonl",
        {
            "id": recording.id,
            "recordingId": recording.recording_id,
            "status": recording.status,
            "path": str(recording.path) if recording.path else None,
            "sha256": recording.sha256,
            "at": time.time(),
        },
    )


class Captured:
    """Keeps each request as it came: ASGI around the application."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw = b""

        async def heard() -> Any:
            nonlocal raw
            message = await receive()
            if message["type"] == "http.request":
                raw += message.get("body", b"")
            return message

        async def said(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                body = base64.b64encode(raw).decode()
                _append("captured.jsonl", {"headers": headers, "body": body, "answer": message["status"]})
            await send(message)

        await self._app(scope, heard, said)


def create_app() -> Any:
    app = FastAPI()
    app.include_router(webhook.build_router(process=process))
    return Captured(app)
