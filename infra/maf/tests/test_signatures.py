"""Both families of signatures, by vectors that others made."""

import json
import unittest

import support  # noqa: F401
from meeting_bot_webhook import (
    NotConfigured,
    Refused,
    Settings,
    authenticate,
    legacy_id,
    verify_legacy,
    verify_standard,
)

#: The old bot's body and signature, as measured from it; secret `topsecret`.
OLD_BODY = (
    b'{"recordingId":"dXNlcjEyM2JvdC00MjA","meetingLink":"https://meet.google.com/abc-defg-hij","status":"completed",'
    b'"blobUrl":"https://my-bucket.s3.eu-central-1.amazonaws.com/meeting-bot/user123/Google%20Meet%20Recording%203:42pm'
    b'%20Feb%2006%202026.webm","timestamp":"2026-02-06T15:42:10.123Z","metadata":{"userId":"user123","teamId":"team123",'
    b'"botId":"bot-42","contentType":"video/webm","uploaderType":"s3"}}'
)
OLD_SIGNATURE = "8cfecac9763257fed7c38e71584e8300169f94e7af1d5e8abb4f0785a8e38772"
#: The vector of the Standard Webhooks specification.
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STANDARD_BODY = b'{"test": 2432232314}'
STANDARD_AT = 1614265330
STANDARD_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(STANDARD_AT),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def settings(**changes: str) -> Settings:
    env = {"MEETING_BOT_WEBHOOK_SECRET": "topsecret", "MEETING_BOT_S3_BUCKETS": "recordings"}
    return Settings.read({**env, **{f"MEETING_BOT_{name}": value for name, value in changes.items()}})


class Signatures(unittest.TestCase):
    def test_the_old_bots_own_signature_is_taken(self):
        verify_legacy(OLD_BODY, {"x-webhook-signature": OLD_SIGNATURE}, ("topsecret",))
        verify_legacy(OLD_BODY, {"x-webhook-signature": OLD_SIGNATURE}, ("another", "topsecret"))

    def test_standard_webhooks_vector_is_taken(self):
        secrets = ("another", STANDARD_SECRET)
        self.assertEqual(
            verify_standard(STANDARD_BODY, STANDARD_HEADERS, secrets, STANDARD_AT + 10), STANDARD_HEADERS["webhook-id"]
        )

    def test_one_right_signature_among_several_will_do(self):
        several = {**STANDARD_HEADERS, "webhook-signature": "v1,AAAA v2,x " + STANDARD_HEADERS["webhook-signature"]}
        verify_standard(STANDARD_BODY, several, (STANDARD_SECRET,), STANDARD_AT)

    def test_a_changed_body_id_time_or_secret_is_refused(self):
        changed = [
            (b'{"test": 2432232315}', {}, STANDARD_SECRET),
            (STANDARD_BODY, {"webhook-id": "msg_other"}, STANDARD_SECRET),
            (STANDARD_BODY, {"webhook-timestamp": str(STANDARD_AT + 1)}, STANDARD_SECRET),
            (STANDARD_BODY, {"webhook-signature": "v1,\u00fc"}, STANDARD_SECRET),
            (STANDARD_BODY, {}, "whsec_AAAA"),
        ]
        for body, headers, secret in changed:
            with self.subTest(headers=headers), self.assertRaises(Refused) as caught:
                verify_standard(body, {**STANDARD_HEADERS, **headers}, (secret,), STANDARD_AT)
            self.assertEqual(caught.exception.status, 401)
        with self.assertRaises(Refused):
            verify_legacy(OLD_BODY + b" ", {"x-webhook-signature": OLD_SIGNATURE}, ("topsecret",))

    def test_a_delivery_outside_the_replay_window_is_refused(self):
        for shift in (-301, 301):
            with self.subTest(shift=shift), self.assertRaisesRegex(Refused, "more than 300 s"):
                verify_standard(STANDARD_BODY, STANDARD_HEADERS, (STANDARD_SECRET,), STANDARD_AT + shift)

    def test_bad_standard_headers_are_not_made_good_by_an_old_signature(self):
        headers = {"x-webhook-signature": OLD_SIGNATURE, "webhook-id": "msg", "webhook-timestamp": "1", "webhook-signature": ""}
        with self.assertRaises(Refused):
            authenticate(OLD_BODY, headers, settings(), 1)

    def test_an_old_signature_alone_is_taken_only_for_what_is_new_and_only_where_that_is_allowed(self):
        headers = {"x-webhook-signature": OLD_SIGNATURE}
        self.assertIsNone(authenticate(OLD_BODY, headers, settings(), 0))
        body = json.loads(OLD_BODY)
        sent = 1770392530.123
        self.assertEqual(legacy_id(body, sent + 5), "rec_dXNlcjEyM2JvdC00MjA")
        with self.assertRaisesRegex(Refused, "more than 300 s"):
            legacy_id(body, sent + 301)
        with self.assertRaisesRegex(Refused, "webhook-signature: required"):
            authenticate(OLD_BODY, headers, settings(LEGACY_SIGNATURE="false"), 0)

    def test_what_is_not_signed_is_refused(self):
        with self.assertRaisesRegex(Refused, "it is not signed"):
            authenticate(b"{}", {}, settings(), 0)


class SettingsOfTheReceiver(unittest.TestCase):
    def test_a_missing_or_bad_one_is_named_and_no_secret_is_told(self):
        for changes, expected in [
            ({"WEBHOOK_SECRET": " "}, "^MEETING_BOT_WEBHOOK_SECRET: required$"),
            ({"WEBHOOK_SECRET": "whsec_marked!"}, "^MEETING_BOT_WEBHOOK_SECRET: expected base64 after whsec_$"),
            ({"S3_BUCKETS": ""}, "^MEETING_BOT_S3_BUCKETS: required$"),
            ({"S3_ACCESS_KEY_ID": "x"}, "both or neither"),
            ({"LEGACY_SIGNATURE": "maybe"}, "expected true or false"),
        ]:
            with self.subTest(changes=changes), self.assertRaisesRegex(NotConfigured, expected):
                settings(**changes)

    def test_several_secrets_are_separated_by_blanks(self):
        self.assertEqual(settings(WEBHOOK_SECRET=" new\n old ").secrets, ("new", "old"))
