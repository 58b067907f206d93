"""The client against the running API, and against servers that misbehave."""

import http.server
import json
import threading
import unittest
from datetime import datetime, timedelta, timezone

import support
from meeting_bot_client import (
    Conflict,
    Invalid,
    MeetingBotClient,
    MeetingBotError,
    NotFound,
    TimedOut,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from support import begin, end

URL = "https://meet.google.com/abc-defg-hij"
LATER = datetime.now(timezone.utc) + timedelta(hours=2)


class AgainstTheApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        support.take_webhooks(cls)

    def setUp(self):
        self.client = MeetingBotClient()

    def test_a_meeting_is_created_read_listed_stopped_and_deleted(self):
        made = self.client.create(URL, name="py-life", start_at=LATER, labels={"from": "py"}, context={"userId": "u"})
        self.assertEqual((made.name, made.spec["platform"], made.spec["context"]), ("py-life", "google-meet", {"userId": "u"}))
        self.assertEqual(self.client.get("py-life").uid, made.uid)
        self.assertEqual([meeting.name for meeting in self.client.list("from=py")], ["py-life"])
        self.assertTrue(self.client.stop("py-life").spec["stop"])
        over = self.client.wait("py-life", support.PATIENCE)
        self.assertEqual((over.phase, over.reason, over.attributed_to), ("Cancelled", "StopRequested", "User"))
        self.client.delete("py-life")
        support.eventually(lambda: self.gone("py-life"), "it is gone")
        self.client.delete("py-life", missing_ok=True)
        with self.assertRaises(NotFound):
            self.client.delete("py-life")

    def gone(self, name):
        try:
            self.client.get(name)
        except NotFound:
            return True
        return False

    def test_it_is_followed_live_until_it_is_over(self):
        begin(self.client, "py-live")
        phases = []
        for meeting in self.client.watch("py-live", seconds=support.PATIENCE):
            phases.append(meeting.phase)
            if meeting.phase == "Recording" and len(phases) == 1:
                end("py-live")
        self.assertEqual(phases[0], "Recording")
        self.assertIn(phases[-1], ("Completed",))
        self.assertEqual(self.client.wait("py-live").recording["contentType"], "video/mp4")

    def test_a_page_at_a_time_is_the_same_list(self):
        for number in range(5):
            self.client.create(URL, start_at=LATER, labels={"page": "py"}, name=f"py-page-{number}")
        names = [meeting.name for meeting in self.client.list("page=py", page=2)]
        self.assertEqual(names, [f"py-page-{number}" for number in range(5)])

    def test_the_same_key_is_the_same_meeting(self):
        first = self.client.create(URL, start_at=LATER, idempotency_key="py-once")
        self.assertEqual(self.client.create(URL, start_at=LATER, idempotency_key="py-once").uid, first.uid)

    def test_errors_say_what_was_wrong(self):
        with self.assertRaises(Invalid) as caught:
            self.client.create("ftp://nowhere", name="py-bad")
        self.assertEqual([cause.field for cause in caught.exception.causes], ["spec.url"])
        self.client.create(URL, name="py-taken", start_at=LATER)
        with self.assertRaises(Conflict) as taken:
            self.client.create(URL, name="py-taken", start_at=LATER)
        self.assertEqual((taken.exception.status, taken.exception.reason), (409, "AlreadyExists"))
        with self.assertRaises(Conflict):
            self.client.resend("py-taken")
        for call in (self.client.get, self.client.stop, self.client.resend, lambda name: next(self.client.watch(name))):
            with self.assertRaises(NotFound):
                call("py-nobody")

    def test_waiting_ends_with_the_time(self):
        self.client.create(URL, name="py-wait", start_at=LATER)
        with self.assertRaises(TimedOut) as caught:
            self.client.wait("py-wait", 1.5)
        self.assertIn(caught.exception.meeting.phase, ("Pending", "Scheduled"))

    def test_nonsense_is_refused_before_anybody_is_asked(self):
        with self.assertRaisesRegex(ValueError, "time zone"):
            self.client.create(URL, start_at=datetime(2026, 2, 6))
        with self.assertRaisesRegex(ValueError, "http"):
            MeetingBotClient("localhost:3000")
        with self.assertRaisesRegex(ValueError, "name"):
            self.client.get("")


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers by a list: (status, headers, body); keeps what came."""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.came.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.server.script.pop(0)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


def a_meeting(phase="Pending", version="1"):
    metadata = {"name": "m", "namespace": "default", "uid": "u", "resourceVersion": version}
    return {"metadata": metadata, "spec": {"url": URL}, "status": {"phase": phase}}


class AgainstTrouble(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
        self.server.came, self.server.script = [], []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.slept = []
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.client = MeetingBotClient(self.url, token="the-token", tries=4, sleep=self.slept.append)

    def test_a_create_that_is_repeated_carries_the_same_key(self):
        self.server.script += [(503, {}, {}), (0, {}, b""), (502, {}, b"<html>"), (201, {}, a_meeting())]
        self.assertEqual(self.client.create(URL).name, "m")
        keys = {headers["Idempotency-Key"] for _, _, headers, _ in self.server.came}
        self.assertEqual((len(self.server.came), len(keys)), (4, 1))
        self.assertEqual(len(self.slept), 3)
        self.assertEqual({headers["Authorization"] for _, _, headers, _ in self.server.came}, {"Bearer the-token"})

    def test_it_waits_as_long_as_the_server_asks(self):
        self.server.script += [(429, {"Retry-After": "7"}, {}), (200, {}, a_meeting())]
        self.client.get("m")
        self.assertEqual(self.slept, [7])

    def test_it_gives_up_after_its_tries_with_the_last_error(self):
        self.server.script += [(429, {}, {"message": "too many requests", "reason": "TooManyRequests"})] * 4
        with self.assertRaisesRegex(TooManyRequests, "too many requests"):
            self.client.get("m")
        self.server.script += [(0, {}, b"")] * 4
        with self.assertRaises(Unreachable):
            self.client.get("m")

    def test_what_will_not_pass_is_not_repeated(self):
        self.server.script += [(401, {}, {"message": "the token is not valid", "reason": "Unauthorized"})]
        with self.assertRaisesRegex(Unauthorized, "the token is not valid"):
            self.client.get("m")
        self.assertEqual(len(self.server.came), 1)

    def test_a_redirect_takes_the_token_nowhere(self):
        self.server.script += [(302, {"Location": self.url + "/elsewhere"}, b"")]
        with self.assertRaises(MeetingBotError):
            self.client.get("m")
        self.assertEqual(len(self.server.came), 1)

    def test_a_watch_that_breaks_is_taken_up_again_and_nothing_is_told_twice(self):
        def listed(phase, version):
            return (200, {}, {"items": [a_meeting(phase, version)], "metadata": {"resourceVersion": version}})

        def line(kind, value):
            return json.dumps({"type": kind, "object": value}).encode() + b"\n"

        recording = line("MODIFIED", a_meeting("Recording", "2"))
        self.server.script += [
            listed("Pending", "1"),
            (200, {}, recording + b'{"type": "MODI'),
            listed("Recording", "2"),
            (410, {}, {"message": "too old", "reason": "Expired"}),
            (503, {}, {}),
            listed("Finalizing", "3"),
            (200, {}, line("BOOKMARK", {}) + line("MODIFIED", a_meeting("Completed", "4"))),
        ]
        self.assertEqual([meeting.phase for meeting in self.client.watch("m")], ["Pending", "Recording", "Finalizing", "Completed"])

    def test_a_token_is_in_no_error(self):
        self.server.script += [(403, {}, {"message": "no"})]
        with self.assertRaises(MeetingBotError) as caught:
            self.client.get("m")
        self.assertNotIn("the-token", repr(caught.exception) + str(vars(caught.exception)))
