"""What the tests share: the stack that the driver (maf.real.test.ts) runs, its controls, and a receiver to start."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Type, TypeVar

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from meeting_bot_client import Meeting, MeetingBotClient  # noqa: E402

PATIENCE = 90.0
BUCKET = os.environ.get("TEST_BUCKET", "recordings")
CONTROL = os.environ.get("TEST_CONTROL_URL", "")
RECEIVER_PORT = int(os.environ.get("TEST_RECEIVER_PORT", "0"))
JOIN = {"steps": [], "joined": "#call"}
T = TypeVar("T")


def eventually(look: Callable[[], Optional[T]], what: str, patience: float = PATIENCE) -> T:
    """What `look` finds, as soon as it is neither None nor False."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {patience:g} s")
        time.sleep(0.05)


def control(method: str, path: str, text: str = "") -> Dict[str, Any]:
    request = urllib.request.Request(CONTROL + path, data=text.encode(), method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


def set_secret(text: str) -> None:
    """What Secrets Manager holds, and the controller has read."""
    before = control("PUT", "/secret", text)["reads"]
    # The controller reads one after the other: when the second begins, the first has been taken in.
    eventually(lambda: control("GET", "/secret")["reads"] >= before + 2, "the controller reads the secret again")


def s3() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=os.environ["MEETING_BOT_S3_ENDPOINT"],
        aws_access_key_id=os.environ["MEETING_BOT_S3_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["MEETING_BOT_S3_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )


def begin(client: MeetingBotClient, name: str) -> Meeting:
    """A Meeting in a call that goes on; its recorder is the scripted one."""
    url = control("POST", f"/rooms/{name}")["url"]
    client.create(url, name=name, context={"userId": "user-1", "botId": name}, spec={"platform": "web", "join": JOIN})
    return client.wait(name, PATIENCE, lambda meeting: meeting.phase == "Recording")


def end(name: str) -> None:
    """The host ends the call."""
    control("POST", f"/rooms/{name}/closed")


def signed(body: Mapping[str, Any], secret: str, message_id: str = "msg-1", at: Optional[float] = None) -> Dict[str, Any]:
    """Bytes and Standard Webhooks headers of a body, made by other code than the receiver's."""
    raw = json.dumps(body).encode()
    timestamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    mac = hmac.new(key, f"{message_id}.{timestamp}.".encode() + raw, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
    return {"content": raw, "headers": headers}


def take_webhooks(case: "Type[unittest.TestCase]") -> None:
    """A receiver for all tests of a class, so that their Meetings come to their end."""
    secret = "the-receiver-of-this-class-knows-it"
    set_secret(secret)
    receiver = Receiver(secret).start()
    case.addClassCleanup(receiver.kill)


class Receiver:
    """MAF's end as a process of its own, under uvicorn."""

    def __init__(self, secret: str, process_seconds: float = 0) -> None:
        # Goes with this object, at the latest with the process.
        self._own_dir = tempfile.TemporaryDirectory(prefix="maf-")
        self.data_dir = Path(self._own_dir.name)
        self._env = {
            **os.environ,
            "MEETING_BOT_WEBHOOK_SECRET": secret,
            "MEETING_BOT_S3_BUCKETS": BUCKET,
            "MEETING_BOT_DATA_DIR": str(self.data_dir),
            "TEST_PROCESS_SECONDS": str(process_seconds),
        }
        self._process: Optional[subprocess.Popen] = None

    def start(self) -> "Receiver":
        arguments = ["-B", "-m", "uvicorn", "--factory", "receiver_app:create_app", "--host", "127.0.0.1"]
        self._process = subprocess.Popen(
            [sys.executable, *arguments, "--port", str(RECEIVER_PORT), "--log-level", "warning"], cwd=HERE, env=self._env
        )
        eventually(self._answers, "the receiver listens")
        return self

    def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, "the receiver ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", RECEIVER_PORT)) == 0

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def lines(self, name: str) -> List[Dict[str, Any]]:
        try:
            text = (self.data_dir / name).read_text("utf-8")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def processed(self, uid: str) -> List[Dict[str, Any]]:
        return [line for line in self.lines("processed.jsonl") if line["recordingId"] == uid]

    def captured(self, uid: str) -> List[Dict[str, Any]]:
        return [line for line in self.lines("captured.jsonl") if line["headers"].get("webhook-id") == f"rec_{uid}"]
