"""MAF API's end of Meeting Bot's webhook: POST /api/meeting-bot/recording-complete.

It takes the place of `api/routers/meeting_bot_webhook.py`. What MAF does with a recording goes into one function,
`process_recording` below. FastAPI from 0.92, pydantic 1 or 2 (none of its models are used), boto3, Python from 3.9.

A delivery is checked, written to disk, answered 202, and worked on in the background: the recording is fetched from S3
by this service's own role, checked, and handed over. Each delivery is worked on once; one that a crash cut short is
taken up again at the next start. Settings, all from the environment:

  MEETING_BOT_WEBHOOK_SECRET        required; several, separated by blanks, while one is being replaced. Each as the bot
                                    has it in NOTIFY_WEBHOOK_SECRET: `whsec_<base64>` or plain text
  MEETING_BOT_S3_BUCKETS            required; buckets that recordings may come from, separated by commas
  MEETING_BOT_S3_REGION             default: what the webhook says, then what boto3 finds
  MEETING_BOT_S3_ENDPOINT           another S3 than AWS, as MinIO: http://127.0.0.1:9000
  MEETING_BOT_S3_ACCESS_KEY_ID      static key and its secret, both or none; default: boto3's chain, the task's role
  MEETING_BOT_S3_SECRET_ACCESS_KEY
  MEETING_BOT_DATA_DIR              default /var/tmp/meeting-bot; shared storage (EFS) where tasks are replaced
  MEETING_BOT_LEGACY_SIGNATURE      default true: X-Webhook-Signature alone, as the old bot sent it, will do
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import hmac
import json
import logging
import os
import queue
import re
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

log = logging.getLogger("meeting_bot.webhook")


# --- What MAF does with a recording -----------------------------------------------------------------------------------


def process_recording(recording: "Recording") -> None:
    """MAF's own work goes here.

    Called in a background thread, once for each delivery. `recording.path` is the file on disk, complete and checked:
    move or delete it when done with it. It is None where nothing was recorded (`status` "failed"; sent only where
    the bot has NOTIFY_WEBHOOK_FAILURES=true). An exception means: again later, seven times in all, over three hours.
    """
    log.info("recording %s: %s, %s", recording.id, recording.status, recording.path)


# --- Names and bounds -------------------------------------------------------------------------------------------------

ROUTE = "/api/meeting-bot/recording-complete"
#: A signed timestamp may be this far from our clock, either way. Seconds. Source: Standard Webhooks.
REPLAY_WINDOW = 300
MAX_BODY_BYTES = 256 * 1024
CHUNK_BYTES = 1024 * 1024
WORKERS = 2
#: Seconds before the second, third, … try of a delivery that could not be worked on.
RETRY_DELAYS: Tuple[float, ...] = (2, 15, 60, 300, 1800, 7200)
#: What is kept of a finished delivery, so that its repetition is known. Days.
REMEMBER_DAYS = 30
_SAFE_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$")


class Refused(Exception):
    """The answer to a delivery that is not taken."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class NotConfigured(Exception):
    """A setting is missing or wrong; the message names it."""


class Damaged(Exception):
    """What came from S3 is not what the webhook announced."""


class Place(NamedTuple):
    """Where an object is."""

    bucket: str
    key: str
    region: Optional[str] = None


@dataclass(frozen=True)
class Settings:
    """The settings of this module, checked."""

    secrets: Tuple[str, ...]
    buckets: Tuple[str, ...]
    region: Optional[str]
    endpoint: Optional[str]
    access_key_id: Optional[str]
    secret_access_key: Optional[str]
    data_dir: Path
    allow_legacy: bool

    @staticmethod
    def read(env: Mapping[str, str]) -> "Settings":
        """Raises NotConfigured with the name of the first setting that is missing or wrong."""

        def text(name: str) -> Optional[str]:
            return env.get("MEETING_BOT_" + name, "").strip() or None

        secrets = tuple((text("WEBHOOK_SECRET") or "").split())
        if not secrets:
            raise NotConfigured("MEETING_BOT_WEBHOOK_SECRET: required")
        for secret in secrets:
            try:
                _key_of(secret)
            except (binascii.Error, ValueError):
                raise NotConfigured("MEETING_BOT_WEBHOOK_SECRET: expected base64 after whsec_") from None
        buckets = tuple(name.strip() for name in (text("S3_BUCKETS") or "").split(",") if name.strip())
        if not buckets:
            raise NotConfigured("MEETING_BOT_S3_BUCKETS: required")
        access_key_id, secret_access_key = text("S3_ACCESS_KEY_ID"), text("S3_SECRET_ACCESS_KEY")
        if (access_key_id is None) != (secret_access_key is None):
            raise NotConfigured("MEETING_BOT_S3_ACCESS_KEY_ID and MEETING_BOT_S3_SECRET_ACCESS_KEY: both or neither")
        legacy = text("LEGACY_SIGNATURE") or "true"
        if legacy not in ("true", "false"):
            raise NotConfigured("MEETING_BOT_LEGACY_SIGNATURE: expected true or false")
        return Settings(
            secrets=secrets,
            buckets=buckets,
            region=text("S3_REGION"),
            endpoint=text("S3_ENDPOINT"),
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            data_dir=Path(text("DATA_DIR") or "/var/tmp/meeting-bot"),
            allow_legacy=legacy == "true",
        )


@dataclass(frozen=True)
class Recording:
    """One delivery, as MAF's function gets it."""

    #: The same for every try and every resend of one Meeting's webhook.
    id: str
    #: The webhook's body as it came.
    body: Mapping[str, Any]
    #: The file; None where nothing was recorded.
    path: Optional[Path] = None
    place: Optional[Place] = None
    size_bytes: int = 0
    #: Hexadecimal.
    sha256: str = ""

    @property
    def recording_id(self) -> str:
        return str(self.body["recordingId"])

    @property
    def meeting_link(self) -> str:
        return str(self.body["meetingLink"])

    @property
    def status(self) -> str:
        """ "completed" or "failed"."""
        return str(self.body["status"])

    @property
    def metadata(self) -> Mapping[str, Any]:
        """userId, teamId, botId, duration (seconds), coverage (0 to 1), outcome (Complete, Partial), audioKey, …"""
        return self.body["metadata"]

    @property
    def is_partial(self) -> bool:
        return self.metadata.get("outcome") == "Partial"


# --- Signatures -------------------------------------------------------------------------------------------------------


def _key_of(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    encoded = secret[len("whsec_") :]
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def verify_standard(raw: bytes, headers: Mapping[str, str], secrets: Tuple[str, ...], now: float) -> str:
    """Checks webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks). Returns the id; raises Refused."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not _SAFE_ID.match(message_id):
        raise Refused(400, "webhook-id: expected up to 200 letters, digits, dots, dashes and underscores")
    if not re.match(r"^[0-9]{1,12}$", timestamp):
        raise Refused(400, "webhook-timestamp: expected seconds since 1970")
    if abs(now - int(timestamp)) > REPLAY_WINDOW:
        raise Refused(401, f"webhook-timestamp: more than {REPLAY_WINDOW} s from now: a replay, or a clock is wrong")
    signed = b"%s.%s." % (message_id.encode(), timestamp.encode()) + raw
    signatures = [part[3:] for part in given.split() if part.startswith("v1,")]
    for secret in secrets:
        expected = base64.b64encode(hmac.new(_key_of(secret), signed, hashlib.sha256).digest()).decode()
        if any([_same(expected, signature) for signature in signatures]):
            return message_id
    raise Refused(401, "webhook-signature: it is by none of our secrets")


def verify_legacy(raw: bytes, headers: Mapping[str, str], secrets: Tuple[str, ...]) -> None:
    """Checks X-Webhook-Signature: hex HMAC-SHA256 of the body, keyed by the secret as it is written."""
    given = headers.get("x-webhook-signature", "").strip().lower()
    for secret in secrets:
        if _same(hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest(), given):
            return
    raise Refused(401, "X-Webhook-Signature: it is by none of our secrets")


def authenticate(raw: bytes, headers: Mapping[str, str], settings: Settings, now: float) -> Optional[str]:
    """Returns the signed id, or None for a delivery that has the old signature only. Raises Refused."""
    if any(name in headers for name in ("webhook-id", "webhook-timestamp", "webhook-signature")):
        return verify_standard(raw, headers, settings.secrets, now)
    if "x-webhook-signature" not in headers:
        raise Refused(401, "it is not signed: expected webhook-signature or X-Webhook-Signature")
    if not settings.allow_legacy:
        raise Refused(401, "webhook-signature: required; X-Webhook-Signature alone is not taken here")
    verify_legacy(raw, headers, settings.secrets)
    return None


# --- The body ---------------------------------------------------------------------------------------------------------


def read_body(raw: bytes) -> Dict[str, Any]:
    """The body with the fields that we rely on, checked. Raises Refused that names the field."""
    try:
        body = json.loads(raw)
    except (UnicodeDecodeError, ValueError):
        raise Refused(400, "body: expected JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "body: expected an object")
    for field in ("recordingId", "meetingLink", "status", "timestamp"):
        if not isinstance(body.get(field), str) or not body[field]:
            raise Refused(400, f"{field}: expected a text")
    if body["status"] not in ("completed", "failed"):
        raise Refused(400, "status: expected completed or failed")
    if not isinstance(body.get("metadata"), dict):
        raise Refused(400, "metadata: expected an object")
    return body


def legacy_id(body: Mapping[str, Any], now: float) -> str:
    """The id of a delivery with the old signature only: from what is signed, so that a replay has the same.

    It is the one that the same recording's standard headers carry. Raises Refused for what is too old.
    """
    try:
        sent = datetime.fromisoformat(str(body["timestamp"]).replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise Refused(400, "timestamp: expected a date and time") from None
    if abs(now - sent) > REPLAY_WINDOW:
        raise Refused(401, f"timestamp: more than {REPLAY_WINDOW} s from now, and webhook-timestamp is missing")
    safe = re.sub(r"[^A-Za-z0-9_.-]", lambda found: f".{ord(found.group()):x}.", str(body["recordingId"]))
    return f"rec_{safe}"[:200]


# --- Where the recording is -------------------------------------------------------------------------------------------

#: Every form of S3's own host names: region or none, old dash, dualstack, FIPS, accelerate, China.
_AWS_HOST = re.compile(
    r"^(?:(?P<bucket>[a-z0-9][a-z0-9.-]*)\.)?"
    r"(?:s3-accelerate(?:\.dualstack)?|s3(?:-fips)?(?:\.dualstack)?(?:[.-](?P<region>[a-z]{2}(?:-[a-z0-9]+)+))?)"
    r"\.amazonaws\.com(?:\.cn)?$"
)
#: What follows `?` in these is no part of the key; the old bot left `?` and `#` of a key as they were.
_SIGNED_QUERY = re.compile(r"[?&](?:X-Amz-[A-Za-z-]+|AWSAccessKeyId|versionId)=")


def parse_s3_url(url: str, buckets: Tuple[str, ...], endpoint: Optional[str] = None) -> Place:
    """Bucket and key of an object's URL, in any style. Raises Refused.

    `https://bucket.s3.region.amazonaws.com/key` and its kin, `https://s3.region.amazonaws.com/bucket/key`,
    `http://host:9000/bucket/key`, `http://bucket.host:9000/key`, `s3://bucket/key`. The host is never connected to.
    """
    match = re.match(r"^(https?|s3)://([^/?#]+)/(.+)$", url, re.IGNORECASE | re.DOTALL)
    if match is None:
        raise Refused(400, "blobUrl: expected the URL of an object in S3")
    scheme, authority, rest = match.group(1).lower(), match.group(2).rpartition("@")[2].lower(), match.group(3)
    signed = _SIGNED_QUERY.search(rest)
    path = rest[: rest.index("?")] if signed and "?" in rest else rest
    if scheme == "s3":
        return _place(authority, path)
    host = authority.rstrip("]").rpartition(":")[0] if re.search(r":\d+$", authority) else authority
    aws = _AWS_HOST.match(host)
    if aws is not None:
        region = aws.group("region")
        return _place(aws.group("bucket"), path, region) if aws.group("bucket") else _path_style(path, region)
    if endpoint is not None:
        own = urlsplit(endpoint)
        base = own.path.strip("/")
        if base and path.startswith(base + "/"):
            path = path[len(base) + 1 :]
        if host.endswith("." + (own.hostname or "")):
            return _place(host[: -len(own.hostname or "") - 1], path)
        if host == own.hostname:
            return _path_style(path)
    named = _path_style(path) if "/" in path else None
    if named is not None and named.bucket in buckets:
        return named
    for bucket in sorted(buckets, key=len, reverse=True):
        if host.startswith(bucket + "."):
            return _place(bucket, path)
    return named if named is not None else _place(host.partition(".")[0], path)


def _path_style(path: str, region: Optional[str] = None) -> Place:
    bucket, _, key = path.partition("/")
    return _place(unquote(bucket), key, region)


def _place(bucket: str, key: str, region: Optional[str] = None) -> Place:
    try:
        plain = unquote(key, errors="strict")
    except UnicodeDecodeError:
        raise Refused(400, "blobUrl: expected percent-encoded UTF-8") from None
    if not plain:
        raise Refused(400, "blobUrl: expected the key of an object")
    return Place(bucket, plain, region)


def place_of(body: Mapping[str, Any], settings: Settings) -> Place:
    """Where the recording is: by metadata.storage, and without it by blobUrl. Raises Refused."""
    storage = body["metadata"].get("storage")
    if storage is not None:
        if not isinstance(storage, dict) or storage.get("provider") != "s3":
            raise Refused(400, "metadata.storage.provider: expected s3")
        for field in ("bucket", "key"):
            if not isinstance(storage.get(field), str) or not storage[field]:
                raise Refused(400, f"metadata.storage.{field}: expected a text")
        region = storage.get("region")
        place = Place(storage["bucket"], storage["key"], region if isinstance(region, str) and region else None)
    else:
        url = body.get("blobUrl")
        if not isinstance(url, str):
            raise Refused(400, "blobUrl: required where there is no metadata.storage")
        place = parse_s3_url(url, settings.buckets, settings.endpoint)
    if place.bucket not in settings.buckets:
        raise Refused(403, f"bucket {place.bucket!r} is not one of MEETING_BOT_S3_BUCKETS")
    return place


# --- Fetching ---------------------------------------------------------------------------------------------------------

_clients: Dict[Tuple[Any, ...], Any] = {}
_clients_lock = threading.Lock()


def s3_client(settings: Settings, region: Optional[str]) -> Any:
    """A client of the settings; keys from the settings or from boto3's own chain, which knows the task's role."""
    import boto3  # pylint: disable=import-outside-toplevel  # half a second that an import of this module need not take
    from botocore.config import Config  # pylint: disable=import-outside-toplevel

    options = (settings.region or region, settings.endpoint, settings.access_key_id, settings.secret_access_key)
    with _clients_lock:
        if options not in _clients:
            style = {"addressing_style": "path"} if settings.endpoint else {}
            _clients[options] = boto3.session.Session().client(
                "s3",
                region_name=options[0],
                endpoint_url=options[1],
                aws_access_key_id=options[2],
                aws_secret_access_key=options[3],
                config=Config(
                    signature_version="s3v4",
                    connect_timeout=5,
                    read_timeout=60,
                    retries={"mode": "standard", "max_attempts": 3},
                    s3=style,
                ),
            )
        return _clients[options]


def download(client: Any, place: Place, target: Path, storage: Mapping[str, Any]) -> Tuple[int, str]:
    """Streams an object to `target`, which appears only when it is complete and as announced.

    Size is checked against S3's word and, where they are announced, size and CRC-32 against the webhook's.
    Returns size and SHA-256 in hexadecimal. Raises Damaged, or what boto3 raises.
    """
    answer = client.get_object(Bucket=place.bucket, Key=place.key)
    part = target.with_name(target.name + ".part")
    size, crc, sha256 = 0, 0, hashlib.sha256()
    with open(part, "wb") as file:
        for chunk in answer["Body"].iter_chunks(CHUNK_BYTES):
            file.write(chunk)
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
            sha256.update(chunk)
        file.flush()
        os.fsync(file.fileno())
    crc32 = base64.b64encode(crc.to_bytes(4, "big")).decode()
    for what, expected, got in (
        ("bytes, by S3", answer["ContentLength"], size),
        ("bytes, by the webhook", storage.get("sizeBytes", size), size),
        ("as CRC-32, by the webhook", storage.get("checksumCRC32", crc32), crc32),
    ):
        if expected != got:
            part.unlink()
            raise Damaged(f"{place.key}: expected {expected} {what}, got {got}")
    os.replace(part, target)
    return size, sha256.hexdigest()


# --- The inbox: accepted deliveries on disk, and the threads that work on them -----------------------------------------


class Inbox:
    """Deliveries that were taken. A folder for each: delivery.json, then recording.mp4, then done.json or failed.json.

    Several processes may share the folder: who holds a delivery's lock works on it.
    """

    def __init__(self, process: Callable[[Recording], None], settings: Callable[[], Settings]) -> None:
        self._process = process
        self._settings = settings
        self._queue: "queue.Queue[str]" = queue.Queue()
        self._tries: Dict[str, int] = {}
        self._start = threading.Lock()
        self._running = False

    def accept(self, message_id: str, body: Mapping[str, Any]) -> bool:
        """Makes a delivery durable and starts the work. False: it is known and not failed. Raises OSError."""
        self.start()
        folder = self._folder(message_id)
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"delivery.{os.getpid()}.{threading.get_ident()}.tmp"
        _write(draft, {"id": message_id, "acceptedAt": time.time(), "body": body})
        try:
            os.link(draft, folder / "delivery.json")
        except FileExistsError:
            # What failed for good is tried again when it is sent again; of two who see that, one wins.
            try:
                os.rename(folder / "failed.json", folder / "failed.before.json")
            except FileNotFoundError:
                return False
            os.replace(draft, folder / "delivery.json")
        finally:
            draft.unlink(missing_ok=True)
        _sync(folder)
        self._tries.pop(message_id, None)
        self._queue.put(message_id)
        return True

    def start(self) -> None:
        """Starts the threads, once, and takes up what an earlier life left. Raises NotConfigured."""
        with self._start:
            if self._running:
                return
            unfinished = self._unfinished()
            self._running = True
        for message_id in unfinished:
            self._queue.put(message_id)
        for number in range(WORKERS):
            threading.Thread(target=self._work, name=f"meeting-bot-{number}", daemon=True).start()

    def _folder(self, message_id: str) -> Path:
        return self._settings().data_dir / "inbox" / message_id

    def _unfinished(self) -> List[str]:
        root = self._settings().data_dir / "inbox"
        root.mkdir(parents=True, exist_ok=True)
        found = []
        for folder in sorted(root.iterdir()):
            ended = [folder / name for name in ("done.json", "failed.json") if (folder / name).exists()]
            if not ended and (folder / "delivery.json").exists():
                found.append(folder.name)
            elif ended and time.time() - ended[0].stat().st_mtime > REMEMBER_DAYS * 86_400:
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()
        return found

    def _work(self) -> None:
        while True:
            message_id = self._queue.get()
            try:
                self._handle(message_id)
            except Exception as error:  # pylint: disable=broad-except  # a worker outlives whatever it works on
                self._failed(message_id, error)

    def _handle(self, message_id: str) -> None:
        folder = self._folder(message_id)
        with open(folder / "lock", "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if (folder / "done.json").exists() or (folder / "failed.json").exists():
                return
            body = json.loads((folder / "delivery.json").read_text("utf-8"))["body"]
            recording = self._fetch(message_id, body, folder)
            self._process(recording)
            finished = {"finishedAt": time.time(), "sizeBytes": recording.size_bytes, "sha256": recording.sha256}
            _write(folder / "done.json", finished)
            self._tries.pop(message_id, None)

    def _fetch(self, message_id: str, body: Mapping[str, Any], folder: Path) -> Recording:
        if body["status"] == "failed":
            return Recording(message_id, body)
        settings = self._settings()
        place = place_of(body, settings)
        path = folder / "recording.mp4"
        size, sha256 = download(s3_client(settings, place.region), place, path, body["metadata"].get("storage") or {})
        return Recording(message_id, body, path, place, size, sha256)

    def _failed(self, message_id: str, error: Exception) -> None:
        tries = self._tries.get(message_id, 0) + 1
        self._tries[message_id] = tries
        what = f"{type(error).__name__}: {error}"
        if tries <= len(RETRY_DELAYS):
            delay = RETRY_DELAYS[tries - 1]
            log.warning("delivery %s: try %d failed, the next is in %s s: %s", message_id, tries, delay, what)
            again = threading.Timer(delay, self._queue.put, [message_id])
            again.daemon = True
            again.start()
            return
        log.error("delivery %s: given up after %d tries: %s", message_id, tries, what)
        self._tries.pop(message_id, None)
        try:
            _write(self._folder(message_id) / "failed.json", {"failedAt": time.time(), "error": what})
        except OSError as trouble:
            log.error("delivery %s: %s", message_id, trouble)


def _write(path: Path, value: Mapping[str, Any]) -> None:
    """A file that is there wholly or not at all."""
    draft = path.with_name(path.name + ".part")
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- The route --------------------------------------------------------------------------------------------------------


async def _read(request: Request) -> bytes:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise Refused(413, f"body: expected at most {MAX_BODY_BYTES} bytes")
    return raw


def build_router(
    process: Optional[Callable[[Recording], None]] = None,
    path: str = ROUTE,
    settings: Callable[[], Settings] = lambda: Settings.read(os.environ),
    clock: Callable[[], float] = time.time,
) -> APIRouter:
    """The router. `path` is for an application that includes it below a prefix of its own."""
    made = APIRouter()
    inbox = Inbox(process or (lambda recording: process_recording(recording)), settings)

    def take(raw: bytes, headers: Mapping[str, str]) -> JSONResponse:
        current, now = settings(), clock()
        message_id = authenticate(raw, headers, current, now)
        body = read_body(raw)
        if message_id is None:
            message_id = legacy_id(body, now)
        if body["status"] == "completed":
            place_of(body, current)
        is_new = inbox.accept(message_id, body)
        log.info("delivery %s: %s", message_id, "accepted" if is_new else "known already")
        if is_new:
            return JSONResponse({"status": "accepted", "id": message_id}, status_code=202)
        return JSONResponse({"status": "duplicate", "id": message_id}, status_code=200)

    async def recording_complete(request: Request) -> JSONResponse:
        try:
            raw = await _read(request)
            return await run_in_threadpool(take, raw, request.headers)
        except Refused as refusal:
            log.warning("a delivery is refused: %s", refusal)
            return JSONResponse({"detail": str(refusal)}, status_code=refusal.status)
        except (NotConfigured, OSError) as trouble:
            # The sender tries again for a day.
            log.error("deliveries can't be taken: %s", trouble)
            return JSONResponse({"detail": "deliveries can't be taken now; see the log"}, status_code=503)

    def resume() -> None:
        try:
            inbox.start()
        except (NotConfigured, OSError) as trouble:
            log.error("deliveries can't be taken: %s", trouble)

    made.add_api_route(path, recording_complete, methods=["POST"], include_in_schema=False)
    # Where FastAPI has no such list, or the application has a lifespan of its own, the first delivery does it.
    getattr(made, "on_startup", []).append(resume)
    return made


router = build_router()


def create_app() -> FastAPI:
    """This router alone: `python3 -m uvicorn --factory meeting_bot_webhook:create_app --port 8001`."""
    app = FastAPI(title="Meeting Bot webhook", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(router)
    return app
