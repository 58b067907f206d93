"""A client of Meeting Bot's API for Streamlit and MAF: Python from 3.9, its standard library, nothing else.

    client = MeetingBotClient()                       # MEETING_BOT_URL, MEETING_BOT_TOKEN
    meeting = client.create("https://meet.google.com/abc-defg-hij", context={"userId": "u1"})
    for meeting in client.watch(meeting.name):        # each change, until it is over
        print(meeting.phase)
    print(client.wait(meeting.name).recording)

Calls that may be repeated are, where the API is away or busy: reading always, `create` because it carries an
Idempotency-Key, `stop` and `delete` because twice is the same as once. Every error is a MeetingBotError.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import quote, urlencode, urlsplit

__all__ = [
    "ApiError",
    "Conflict",
    "Forbidden",
    "Gone",
    "Invalid",
    "Meeting",
    "MeetingBotClient",
    "MeetingBotError",
    "NotFound",
    "TimedOut",
    "TooManyRequests",
    "Unauthorized",
    "Unreachable",
]

DEFAULT_URL = "http://localhost:3000"
TERMINAL_PHASES = ("Completed", "Failed", "Cancelled")
_PATH = "/apis/meetingbot.dev/v1"
#: Statuses after which the same request may succeed.
_PASSING = (429, 502, 503, 504)
#: The server's longest wait that is honoured. Seconds.
_MAX_RETRY_AFTER = 30.0
#: Of one watch: it is renewed, so that a line that has died unnoticed does not stay. Seconds.
_WATCH_SECONDS = 300
#: The API may be away for so long before a watch gives up. Seconds.
_PATIENCE_SECONDS = 300


# --- Errors -----------------------------------------------------------------------------------------------------------


class MeetingBotError(Exception):
    """Base of every error of this module."""


class Unreachable(MeetingBotError):
    """No answer came, however often it was tried."""


class TimedOut(MeetingBotError):
    """`wait` saw no end in its time. `meeting` is as it was last."""

    def __init__(self, message: str, meeting: "Meeting") -> None:
        super().__init__(message)
        self.meeting = meeting


class Cause(NamedTuple):
    """What is wrong with one field."""

    field: str
    message: str


class ApiError(MeetingBotError):
    """The API's no. `status` is HTTP's, `reason` Kubernetes' word; `causes` name fields."""

    def __init__(self, status: int, reason: str, message: str, causes: Tuple[Cause, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.causes = causes


class Invalid(ApiError):
    """400 or 422: `causes` say which field, and what was expected."""


class Unauthorized(ApiError):
    """401: no token, or one that is not known."""


class Forbidden(ApiError):
    """403: the token may not do this."""


class NotFound(ApiError):
    """404"""


class Conflict(ApiError):
    """409: the name is taken, or somebody else wrote first."""


class Gone(ApiError):
    """410: a version to watch from is too old."""


class TooManyRequests(ApiError):
    """429, after several tries."""


_ERRORS = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: Invalid,
    429: TooManyRequests,
}


# --- Meetings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meeting:
    """A Meeting as the API tells it. `raw` is all of it."""

    raw: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.raw["metadata"]["name"]

    @property
    def namespace(self) -> str:
        return self.raw["metadata"]["namespace"]

    @property
    def uid(self) -> str:
        return self.raw["metadata"]["uid"]

    @property
    def resource_version(self) -> str:
        return self.raw["metadata"]["resourceVersion"]

    @property
    def is_being_deleted(self) -> bool:
        return "deletionTimestamp" in self.raw["metadata"]

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.raw["spec"]

    @property
    def url(self) -> str:
        return self.spec["url"]

    @property
    def status(self) -> Mapping[str, Any]:
        return self.raw.get("status", {})

    @property
    def phase(self) -> str:
        """Pending, Scheduled, Launching, Joining, Lobby, Recording, Finalizing, Notifying, Completed, Failed, Cancelled."""
        return self.status.get("phase", "Pending")

    @property
    def is_over(self) -> bool:
        return self.phase in TERMINAL_PHASES

    @property
    def outcome(self) -> Optional[str]:
        """Complete, Partial or None (a text); absent until it is known."""
        return self.status.get("outcome")

    @property
    def reason(self) -> Optional[str]:
        """Why it ended."""
        return self.status.get("reason")

    @property
    def attributed_to(self) -> Optional[str]:
        """Whose doing that is: Host, User, Platform, MeetingBot or Infrastructure."""
        return self.status.get("attributedTo")

    @property
    def message(self) -> Optional[str]:
        return self.status.get("message")

    @property
    def recording(self) -> Optional[Mapping[str, Any]]:
        """bucket, key, region, url, sizeBytes, durationSeconds, coverage, …; None until it is whole in S3."""
        return self.status.get("recording")

    @property
    def webhook(self) -> Optional[Mapping[str, Any]]:
        """id, attempts, lastStatusCode, lastError, nextAttemptAt, deliveredAt."""
        return self.status.get("webhook")


Spec = Mapping[str, Any]
StartAt = Union[str, datetime, None]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token goes to nobody that we weren't told of."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class MeetingBotClient:
    """Meetings of one namespace."""

    def __init__(
        self,
        url: Optional[str] = None,
        token: Optional[str] = None,
        namespace: str = "default",
        timeout: float = 10.0,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """
        url: of the API; default MEETING_BOT_URL, then http://localhost:3000.
        token: a bearer token; default MEETING_BOT_TOKEN, then none.
        timeout: seconds of one try. tries: of one call, the first included.
        """
        base = (url or os.environ.get("MEETING_BOT_URL") or DEFAULT_URL).rstrip("/")
        if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
            raise ValueError(f"url: expected http:// or https://, got {base!r}")
        if tries < 1:
            raise ValueError(f"tries: expected 1 or more, got {tries}")
        self._base = base
        self._token = token or os.environ.get("MEETING_BOT_TOKEN") or None
        self._meetings = f"{_PATH}/namespaces/{quote(namespace, safe='')}/meetings"
        self._timeout = timeout
        self._tries = tries
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirects)

    # Writing

    def create(
        self,
        url: str,
        *,
        name: Optional[str] = None,
        start_at: StartAt = None,
        display_name: Optional[str] = None,
        context: Optional[Mapping[str, str]] = None,
        labels: Optional[Mapping[str, str]] = None,
        spec: Optional[Spec] = None,
        idempotency_key: Optional[str] = None,
    ) -> Meeting:
        """Writes down that a meeting is to be recorded.

        start_at: a moment with its time zone; default: now. context: userId, teamId, botId, eventId, timezone; they
        come back in the webhook. spec: any other field of spec. idempotency_key: the same key and content give the same
        Meeting; default: one for this call, so that its own repetitions are one Meeting.
        Raises Invalid, Conflict (the name is taken).
        """
        wanted: Dict[str, Any] = {**(spec or {}), "url": url}
        if start_at is not None:
            wanted["startAt"] = _moment(start_at)
        if display_name is not None:
            wanted["displayName"] = display_name
        if context:
            wanted["context"] = dict(context)
        metadata: Dict[str, Any] = {"name": name} if name else {"generateName": "meeting-"}
        if labels:
            metadata["labels"] = dict(labels)
        body = {"apiVersion": "meetingbot.dev/v1", "kind": "Meeting", "metadata": metadata, "spec": wanted}
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return Meeting(self._call("POST", self._meetings, body, headers=headers))

    def stop(self, name: str) -> Meeting:
        """Leaves now and keeps what was recorded. Raises NotFound."""
        return Meeting(self._call("PATCH", self._path(name), {"spec": {"stop": True}}, "application/merge-patch+json"))

    def delete(self, name: str, missing_ok: bool = False) -> None:
        """Deletes the Meeting; its recorder leaves first. Raises NotFound unless missing_ok."""
        try:
            self._call("DELETE", self._path(name))
        except NotFound:
            if not missing_ok:
                raise

    def resend(self, name: str) -> Meeting:
        """Sends the webhook of a Meeting that is over once more, with the same id. Raises NotFound, Conflict."""
        return Meeting(self._call("POST", self._path(name) + "/resend"))

    # Reading

    def get(self, name: str) -> Meeting:
        """Raises NotFound."""
        return Meeting(self._call("GET", self._path(name)))

    def list(self, label_selector: str = "", field_selector: str = "", page: int = 500) -> List[Meeting]:
        """All Meetings of the namespace that the selectors let through, as `team=a` or `status.phase=Recording`."""
        return self._list(label_selector, field_selector, page)[0]

    def watch(
        self,
        name: Optional[str] = None,
        *,
        label_selector: str = "",
        seconds: Optional[float] = None,
        until_over: bool = True,
    ) -> Iterator[Meeting]:
        """Each Meeting as it is, then each change as it comes; lost lines are taken up again.

        With a name it ends when that Meeting is over (unless until_over is false) or gone; a Meeting that was removed is
        not told any more. seconds: it ends after so long. Raises NotFound where a named Meeting does not exist.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        selector = f"metadata.name={name}" if name else ""
        known: Dict[str, str] = {}
        while True:
            meetings, version = self._list_patiently(label_selector, selector, bool(known))
            if name and not meetings and not known:
                raise NotFound(404, "NotFound", f"meeting {name!r} is not there")
            for meeting in meetings:
                if known.get(meeting.uid) != meeting.resource_version:
                    known[meeting.uid] = meeting.resource_version
                    yield meeting
                if name and until_over and meeting.is_over:
                    return
            if name and not meetings:
                return
            for kind, meeting in self._changes(label_selector, selector, version, deadline):
                if kind == "DELETED":
                    if name:
                        return
                    known.pop(meeting.uid, None)
                    continue
                if known.get(meeting.uid) == meeting.resource_version:
                    continue
                known[meeting.uid] = meeting.resource_version
                yield meeting
                if name and until_over and meeting.is_over:
                    return
            if deadline is not None and time.monotonic() >= deadline:
                return

    def wait(self, name: str, seconds: float = 6 * 3600, until: Callable[[Meeting], bool] = lambda m: m.is_over) -> Meeting:
        """Waits until the Meeting is over, or `until` holds. Raises TimedOut, NotFound (also when it is deleted)."""
        last: Optional[Meeting] = None
        for meeting in self.watch(name, seconds=seconds, until_over=False):
            last = meeting
            if until(meeting):
                return meeting
        # The watch has ended: the time is up, or the Meeting is gone, which get() says.
        last = self.get(name)
        if until(last):
            return last
        raise TimedOut(f"meeting {name!r} is still {last.phase} after {seconds:g} s", last)

    # The wire

    def _path(self, name: str) -> str:
        if not name:
            raise ValueError("name: expected the name of a Meeting")
        return f"{self._meetings}/{quote(name, safe='')}"

    def _list_patiently(self, label_selector: str, field_selector: str, is_under_way: bool) -> Tuple[List[Meeting], str]:
        """A watch that is under way outlives the API's restart."""
        deadline = time.monotonic() + (_PATIENCE_SECONDS if is_under_way else 0)
        while True:
            try:
                return self._list(label_selector, field_selector, 500)
            except (Unreachable, ApiError) as error:
                passes = isinstance(error, Unreachable) or error.status >= 500 or error.status == 429
                if not passes or time.monotonic() >= deadline:
                    raise

    def _list(self, label_selector: str, field_selector: str, page: int) -> Tuple[List[Meeting], str]:
        query = {"labelSelector": label_selector, "fieldSelector": field_selector, "limit": str(page)}
        found: List[Meeting] = []
        while True:
            given = urlencode({key: value for key, value in query.items() if value})
            answer = self._call("GET", f"{self._meetings}?{given}")
            found.extend(Meeting(item) for item in answer["items"])
            following = answer["metadata"].get("continue")
            if not following:
                return found, answer["metadata"]["resourceVersion"]
            query["continue"] = following

    def _changes(
        self, label_selector: str, field_selector: str, version: str, deadline: Optional[float]
    ) -> Iterator[Tuple[str, Meeting]]:
        """One watch, from a version on, until it ends or breaks: what is missed then is in the next list."""
        left = _WATCH_SECONDS if deadline is None else max(1, min(_WATCH_SECONDS, deadline - time.monotonic()))
        query = {
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(int(left)),
            "labelSelector": label_selector,
            "fieldSelector": field_selector,
        }
        given = urlencode({key: value for key, value in query.items() if value})
        try:
            with self._open("GET", f"{self._meetings}?{given}", None, {}, left + self._timeout) as answer:
                for line in answer:
                    change = json.loads(line)
                    if change["type"] == "ERROR":
                        return
                    if change["type"] != "BOOKMARK":
                        yield change["type"], Meeting(change["object"])
                    if deadline is not None and time.monotonic() >= deadline:
                        return
        except urllib.error.HTTPError as error:
            if error.code != 410 and error.code not in _PASSING:
                raise _error_of(error) from None
            self._sleep(1)
        except (OSError, http.client.HTTPException, ValueError):
            self._sleep(1)

    def _call(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        content_type: str = "application/json",
        headers: Optional[Mapping[str, str]] = None,
    ) -> Any:
        sent = dict(headers or {})
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = content_type
        for attempt in range(1, self._tries + 1):
            pause = min(8.0, 0.2 * 2 ** (attempt - 1)) * random.uniform(0.5, 1)
            try:
                with self._open(method, path, data, sent, self._timeout) as answer:
                    text = answer.read()
                return json.loads(text) if text else {}
            except urllib.error.HTTPError as error:
                failure: MeetingBotError = _error_of(error)
                if error.code not in _PASSING:
                    raise failure from None
                pause = max(pause, _retry_after(error))
            except (OSError, http.client.HTTPException) as error:
                failure = Unreachable(f"{method} {self._base}: {getattr(error, 'reason', None) or error}")
            except ValueError as error:
                raise MeetingBotError(f"{method} {path}: the answer is no JSON: {error}") from None
            if attempt == self._tries:
                raise failure
            self._sleep(pause)
        raise AssertionError("unreachable")

    def _open(self, method: str, path: str, data: Optional[bytes], headers: Mapping[str, str], timeout: float) -> Any:
        request = urllib.request.Request(self._base + path, data=data, method=method, headers=dict(headers))
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", "meeting-bot-python")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        return self._opener.open(request, timeout=timeout)


def _error_of(error: urllib.error.HTTPError) -> ApiError:
    """The API's Status object; for an answer of something between us and it, what HTTP says."""
    try:
        status = json.loads(error.read())
        message, reason = str(status["message"]), str(status.get("reason", ""))
        listed = (status.get("details") or {}).get("causes") or []
        causes = tuple(Cause(str(each.get("field", "")), str(each.get("message", ""))) for each in listed)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, http.client.HTTPException):
        message, reason, causes = f"{error.code} {error.reason}", "", ()
    return _ERRORS.get(error.code, ApiError)(error.code, reason, message, causes)


def _retry_after(error: urllib.error.HTTPError) -> float:
    value = error.headers.get("Retry-After", "")
    return min(_MAX_RETRY_AFTER, float(value)) if value.isdigit() else 0.0


def _moment(value: Union[str, datetime]) -> str:
    if isinstance(value, str):
        return value
    if value.tzinfo is None:
        raise ValueError("start_at: expected a time zone, as in datetime.now(timezone.utc)")
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
