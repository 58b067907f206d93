"""A Meeting goes in on one side, and the recording is on MAF's disk on the other: the real controller, a real receiver."""

import base64
import hashlib
import json
import socket
import time
import unittest

import httpx
import support
from meeting_bot_client import MeetingBotClient
from support import Receiver, begin, end, eventually, set_secret

OLD = "whsec_" + base64.b64encode(b"the-old-secret-0123456789abcdef").decode()
NEW = "whsec_" + base64.b64encode(b"the-new-secret-0123456789abcdef").decode()
URL = f"http://127.0.0.1:{support.RECEIVER_PORT}/api/meeting-bot/recording-complete"


class HandOver(unittest.TestCase):
    def setUp(self):
        self.client = MeetingBotClient()
        set_secret(OLD)
        self.receivers = []
        self.addCleanup(lambda: [receiver.kill() for receiver in self.receivers])

    def receiver(self, secret=OLD, **options):
        made = Receiver(secret, **options).start()
        self.receivers.append(made)
        return made

    def recorded(self, name):
        begin(self.client, name)
        end(name)
        return self.client.get(name)

    def delivered(self, name):
        meeting = self.client.wait(name, support.PATIENCE)
        self.assertEqual((meeting.phase, meeting.outcome), ("Completed", "Complete"), meeting.raw["status"])
        self.assertIsNotNone(meeting.webhook["deliveredAt"])
        return meeting

    def assert_on_disk(self, receiver, meeting):
        [line] = eventually(lambda: receiver.processed(meeting.uid), "the receiver's work is done")
        stored = support.s3().get_object(Bucket=meeting.recording["bucket"], Key=meeting.recording["key"])["Body"].read()
        with open(line["path"], "rb") as file:
            got = file.read()
        self.assertEqual(got, stored)
        self.assertEqual(len(got), meeting.recording["sizeBytes"])
        self.assertEqual(line["sha256"], hashlib.sha256(stored).hexdigest())

    def test_the_recording_is_on_the_receivers_disk(self):
        receiver = self.receiver()
        self.recorded("whole")
        meeting = self.delivered("whole")
        self.assert_on_disk(receiver, meeting)

        # What really came, sent again, changed, and turned to another bucket.
        [came] = receiver.captured(meeting.uid)
        raw, headers = base64.b64decode(came["body"]), came["headers"]
        replayed = httpx.post(URL, content=raw, headers=headers)
        self.assertEqual((replayed.status_code, replayed.json()["status"]), (200, "duplicate"))
        tampered = httpx.post(URL, content=raw.replace(b'"userId":"user-1"', b'"userId":"user-2"'), headers={**headers, "content-length": str(len(raw))})
        self.assertEqual(tampered.status_code, 401)
        legacy = {name: headers[name] for name in ("content-type", "x-webhook-signature")}
        stripped = httpx.post(URL, content=raw, headers=legacy)
        self.assertEqual((stripped.status_code, stripped.json()["status"]), (200, "duplicate"), "the old signature alone")
        body = json.loads(raw)
        body["metadata"]["storage"]["bucket"] = "another-bucket"
        turned = httpx.post(URL, **support.signed(body, OLD, "msg-turned"))
        self.assertEqual(turned.status_code, 403)

        # A resend has the same id and the same bytes.
        self.client.resend("whole")
        eventually(lambda: len(receiver.captured(meeting.uid)) >= 3, "the resend comes")
        again = [line for line in receiver.captured(meeting.uid) if line["answer"] == 200][-1]
        self.assertEqual(base64.b64decode(again["body"]), raw)
        eventually(lambda: self.client.get("whole").is_over, "it is over again")
        self.assertEqual(len(receiver.processed(meeting.uid)), 1)

    def test_a_receiver_that_is_down_for_the_first_tries_gets_it(self):
        self.recorded("down")
        eventually(lambda: (self.client.get("down").webhook or {}).get("attempts", 0) >= 1, "a first try")
        waiting = self.client.get("down")
        self.assertEqual(waiting.phase, "Notifying")
        self.assertIn("ECONNREFUSED", waiting.webhook["lastError"])
        receiver = self.receiver()
        meeting = self.delivered("down")
        self.assertGreaterEqual(meeting.webhook["attempts"], 2)
        self.assert_on_disk(receiver, meeting)

    def test_a_receiver_that_is_slow_or_silent_delays_nobody_and_gets_it(self):
        # It takes connections and says nothing.
        silent = socket.create_server(("127.0.0.1", support.RECEIVER_PORT))
        self.addCleanup(silent.close)
        self.recorded("silent")
        eventually(lambda: self.client.get("silent").phase == "Notifying", "it is being told")
        begun = time.monotonic()
        self.recorded("beside")
        eventually(lambda: self.client.get("beside").phase == "Notifying", "another one goes its way")
        self.assertEqual(self.client.get("silent").webhook["attempts"], 0, "while the try is still under way")
        self.assertLess(time.monotonic() - begun, 15)
        silent.close()
        receiver = self.receiver(process_seconds=2)
        for name in ("silent", "beside"):
            meeting = self.delivered(name)
            self.assertLess(meeting.webhook["lastDurationMs"], 2000, "it answers before it works")
            self.assert_on_disk(receiver, meeting)

    def test_a_secret_is_replaced_in_the_middle_and_nothing_is_lost(self):
        receiver = self.receiver(OLD)
        begin(self.client, "rotated")
        # Both sign while MAF knows the old one only.
        set_secret(f"{NEW} {OLD}")
        end("rotated")
        meeting = self.delivered("rotated")
        [came] = receiver.captured(meeting.uid)
        self.assertEqual(len(came["headers"]["webhook-signature"].split()), 2)
        receiver.kill()
        # MAF knows the new one only, the bot has gone back to the old one alone: refused, and tried again.
        receiver = self.receiver(NEW)
        set_secret(OLD)
        self.recorded("refused")
        eventually(lambda: (self.client.get("refused").webhook or {}).get("attempts", 0) >= 1, "a first try")
        webhook = self.client.get("refused").webhook
        self.assertEqual(webhook["lastStatusCode"], 401)
        self.assertIn("it is by none of our secrets", webhook["lastError"])
        self.assertEqual(receiver.processed(self.client.get("refused").uid), [])
        set_secret(NEW)
        meeting = self.delivered("refused")
        self.assert_on_disk(receiver, meeting)
