"""The router by itself, in this process, with the embedded S3 behind it."""

import base64
import hashlib
import json
import os
import tempfile
import threading
import time
import unittest
import zlib
from pathlib import Path
from unittest import mock

import support
from fastapi import FastAPI
from fastapi.testclient import TestClient

import meeting_bot_webhook as webhook

SECRET = "whsec_" + base64.b64encode(b"a-secret-of-the-tests-0123456789").decode()
PATH = webhook.ROUTE


class Deliveries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.s3 = support.s3()
        cls.bytes = os.urandom(9 * 1024 * 1024 + 17)
        cls.key = "meetings/default/uid-1/recording.mp4"
        cls.s3.put_object(Bucket=support.BUCKET, Key=cls.key, Body=cls.bytes)
        cls.spaced = "meeting-bot/u/Google Meet Recording 3:42pm+1.webm"
        cls.s3.put_object(Bucket=support.BUCKET, Key=cls.spaced, Body=b"old")

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(self.forget)
        self.env = {
            **{name: value for name, value in os.environ.items() if name.startswith("MEETING_BOT_S3")},
            "MEETING_BOT_WEBHOOK_SECRET": SECRET,
            "MEETING_BOT_S3_BUCKETS": f"{support.BUCKET}, another-of-ours",
            "MEETING_BOT_DATA_DIR": self.dir.name,
        }
        self.done = []
        self.process = self.done.append
        self.client = self.app()

    def forget(self):
        # The worker writes its last word after the work is handed over: into a folder that may be going.
        support.eventually(lambda: self.dir.cleanup() or not Path(self.dir.name).exists(), "the folder is gone")

    def app(self):
        app = FastAPI()
        settings = lambda: webhook.Settings.read(self.env)  # noqa: E731
        app.include_router(webhook.build_router(lambda recording: self.process(recording), settings=settings))
        return TestClient(app)

    def body(self, **storage):
        return {
            "recordingId": "uid-1",
            "meetingLink": "https://meet.example.com/x",
            "status": "completed",
            "blobUrl": "https://elsewhere.example.com/no",
            "timestamp": "2026-02-06T15:42:10.123Z",
            "metadata": {
                "userId": "u",
                "storage": {"provider": "s3", "bucket": support.BUCKET, "key": self.key, "region": "us-east-1", **storage},
            },
        }

    def post(self, body, client=None, **how):
        return (client or self.client).post(PATH, **support.signed(body, SECRET, **how))

    def wait_done(self, count=1):
        support.eventually(lambda: len(self.done) >= count, "it is processed")
        return self.done[-1]

    def marker(self, name, message_id="msg-1"):
        path = Path(self.dir.name, "inbox", message_id, name)
        support.eventually(path.exists, f"{name} is written")
        return json.loads(path.read_text())

    def test_a_recording_of_some_megabytes_is_on_disk_byte_by_byte(self):
        crc = base64.b64encode(zlib.crc32(self.bytes).to_bytes(4, "big")).decode()
        answer = self.post(self.body(sizeBytes=len(self.bytes), checksumCRC32=crc))
        self.assertEqual((answer.status_code, answer.json()), (202, {"status": "accepted", "id": "msg-1"}))
        recording = self.wait_done()
        self.assertEqual(recording.path.read_bytes(), self.bytes)
        self.assertEqual(recording.sha256, hashlib.sha256(self.bytes).hexdigest())
        self.assertEqual(self.marker("done.json")["sizeBytes"], len(self.bytes))

    def test_it_answers_before_the_work_is_done(self):
        going = threading.Event()
        self.process = lambda recording: (going.wait(30), self.done.append(recording))
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.assertEqual(self.done, [])
        going.set()
        self.wait_done()

    def test_without_storage_every_style_of_url_leads_to_the_object(self):
        bucket, endpoint = support.BUCKET, self.env["MEETING_BOT_S3_ENDPOINT"]
        port = endpoint.rpartition(":")[2]
        urls = [
            f"https://{bucket}.s3.eu-central-1.amazonaws.com/{self.key}",
            f"https://{bucket}.s3.dualstack.us-west-2.amazonaws.com/{self.key}",
            f"https://{bucket}.s3-accelerate.amazonaws.com/{self.key}",
            f"https://s3.eu-central-1.amazonaws.com/{bucket}/{self.key}",
            f"{endpoint}/{bucket}/{self.key}",
            f"http://{bucket}.127.0.0.1:{port}/{self.key}",
            f"http://minio:9000/{bucket}/{self.key}",
        ]
        for number, url in enumerate(urls):
            body = {**self.body(), "blobUrl": url, "metadata": {"userId": "u"}}
            self.assertEqual(self.post(body, message_id=f"msg-{number}").status_code, 202, url)
            self.assertEqual(self.wait_done(number + 1).size_bytes, len(self.bytes), url)
        escaped = f"{endpoint}/{bucket}/meeting-bot/u/Google%20Meet%20Recording%203:42pm+1.webm"
        self.post({**self.body(), "blobUrl": escaped, "metadata": {}}, message_id="spaced")
        self.assertEqual(self.wait_done(len(urls) + 1).path.read_bytes(), b"old")

    def test_the_same_delivery_again_is_known_and_worked_on_once(self):
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.wait_done()
        for _ in range(3):
            again = self.post(self.body())
            self.assertEqual((again.status_code, again.json()["status"]), (200, "duplicate"))
        self.marker("done.json")
        again = self.post(self.body(), client=self.app())
        self.assertEqual(again.json()["status"], "duplicate", "after a restart too")
        self.assertEqual(len(self.done), 1)

    def test_a_hundred_at_once_of_one_id_are_one(self):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.post(self.body()).status_code)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((answers.count(202), answers.count(200)), (1, 19))
        self.wait_done()
        self.assertEqual(len(self.done), 1)

    def test_a_tampered_body_and_a_replay_out_of_time_are_refused(self):
        sent = support.signed(self.body(), SECRET)
        sent["content"] = sent["content"].replace(b"uid-1", b"uid-2")
        answer = self.client.post(PATH, **sent)
        self.assertEqual((answer.status_code, answer.json()), (401, {"detail": "webhook-signature: it is by none of our secrets"}))
        self.assertEqual(self.post(self.body(), at=time.time() - 400).status_code, 401)
        self.assertEqual(self.client.post(PATH, json=self.body()).status_code, 401)
        self.assertEqual(self.done, [])

    def test_another_bucket_is_refused_in_either_form(self):
        for body in (
            self.body(bucket="somebody-elses"),
            {**self.body(), "metadata": {}, "blobUrl": "https://somebody-elses.s3.amazonaws.com/recordings/k"},
            {**self.body(), "metadata": {}, "blobUrl": "https://s3.amazonaws.com/somebody-elses/recordings/k"},
        ):
            answer = self.post(body)
            self.assertEqual(answer.status_code, 403)
            self.assertIn("'somebody-elses' is not one of MEETING_BOT_S3_BUCKETS", answer.json()["detail"])
        self.assertFalse(Path(self.dir.name, "inbox", "msg-1").exists())

    def test_what_is_wrong_with_a_body_is_named(self):
        good = self.body()
        for changes, expected in [
            ({"recordingId": 7}, "recordingId"),
            ({"status": "perhaps"}, "status"),
            ({"metadata": []}, "metadata"),
            ({"metadata": {"storage": {"provider": "azure"}}}, "metadata.storage.provider"),
            ({"metadata": {"storage": {"provider": "s3", "bucket": "b"}}}, "metadata.storage.key"),
            ({"metadata": {}, "blobUrl": None}, "blobUrl"),
        ]:
            answer = self.post({**good, **changes})
            self.assertEqual(answer.status_code, 400, changes)
            self.assertTrue(answer.json()["detail"].startswith(f"{expected}: "), answer.json())
        self.assertEqual(self.post("x" * webhook.MAX_BODY_BYTES).status_code, 413)
        self.assertEqual(self.post(good, message_id="../../etc").status_code, 400)
        self.assertEqual(self.client.get(PATH).status_code, 405)

    def test_a_failure_notice_is_handed_over_without_a_file(self):
        body = {**self.body(), "status": "failed", "error": {"type": "LobbyDenied", "message": "no"}, "metadata": {}}
        self.assertEqual(self.post(body).status_code, 202)
        recording = self.wait_done()
        self.assertEqual((recording.status, recording.path, recording.body["error"]["type"]), ("failed", None, "LobbyDenied"))

    def test_what_is_not_as_announced_is_never_handed_over_and_taken_again_when_it_is_sent_again(self):
        with mock.patch.object(webhook, "RETRY_DELAYS", ()):
            self.assertEqual(self.post(self.body(sizeBytes=5)).status_code, 202)
            self.assertIn("expected 5 bytes, by the webhook", self.marker("failed.json")["error"])
            self.post(self.body(checksumCRC32="AAAAAA=="), message_id="msg-2")
            self.assertIn("expected AAAAAA== as CRC-32", self.marker("failed.json", "msg-2")["error"])
        self.assertEqual(self.done, [])
        self.assertEqual(list(Path(self.dir.name).rglob("*.mp4*")), [])
        self.assertEqual(self.post(self.body()).status_code, 202)
        self.assertEqual(self.wait_done().path.read_bytes(), self.bytes)

    def test_work_that_fails_is_tried_again(self):
        def fail_once(recording):
            self.done.append(recording)
            if len(self.done) == 1:
                raise RuntimeError("MAF's own trouble")

        self.process = fail_once
        with mock.patch.object(webhook, "RETRY_DELAYS", (0.05, 0.05)):
            self.post(self.body())
            self.marker("done.json")
        self.assertEqual(len(self.done), 2)

    def test_what_a_crash_cut_short_is_taken_up_at_the_next_start(self):
        folder = Path(self.dir.name, "inbox", "msg-crashed")
        folder.mkdir(parents=True)
        (folder / "delivery.json").write_text(json.dumps({"id": "msg-crashed", "body": self.body()}))
        (folder / "recording.mp4.part").write_bytes(b"half of i")
        with self.app():
            self.assertEqual(self.wait_done().path.read_bytes(), self.bytes)

    def test_without_its_settings_it_says_503_and_tells_nobody_why_but_its_log(self):
        self.env["MEETING_BOT_WEBHOOK_SECRET"] = ""
        with self.assertLogs("meeting_bot.webhook", "ERROR") as logged:
            answer = self.post(self.body())
        self.assertEqual(answer.status_code, 503)
        self.assertNotIn("MEETING_BOT", answer.text)
        self.assertIn("MEETING_BOT_WEBHOOK_SECRET: required", logged.output[0])

    def test_no_secret_and_no_meeting_link_is_in_its_log(self):
        with self.assertLogs("meeting_bot.webhook", "DEBUG") as logged:
            self.post(self.body())
            self.wait_done()
            self.post({**self.body(), "status": "perhaps"})
        for secret in (SECRET, SECRET[6:], "meet.example.com"):
            self.assertNotIn(secret, "\n".join(logged.output))
