"""Where a recording is, by any form of its URL."""

import unittest

import support  # noqa: F401  (the path of the module under test)
from meeting_bot_webhook import Place, Refused, parse_s3_url

BUCKETS = ("recordings", "my.dotted.bucket", "b-2")

CASES = [
    ("https://recordings.s3.eu-central-1.amazonaws.com/a/b.mp4", "recordings", "a/b.mp4", "eu-central-1"),
    ("https://recordings.s3.amazonaws.com/a/b.mp4", "recordings", "a/b.mp4", None),
    ("https://recordings.s3-eu-west-1.amazonaws.com/a/b.mp4", "recordings", "a/b.mp4", "eu-west-1"),
    ("https://recordings.s3.dualstack.eu-central-1.amazonaws.com/k", "recordings", "k", "eu-central-1"),
    ("https://recordings.s3-fips.us-gov-west-1.amazonaws.com/k", "recordings", "k", "us-gov-west-1"),
    ("https://recordings.s3-fips.dualstack.us-east-1.amazonaws.com/k", "recordings", "k", "us-east-1"),
    ("https://recordings.s3-accelerate.amazonaws.com/k", "recordings", "k", None),
    ("https://recordings.s3-accelerate.dualstack.amazonaws.com/k", "recordings", "k", None),
    ("https://recordings.s3.cn-north-1.amazonaws.com.cn/k", "recordings", "k", "cn-north-1"),
    ("https://my.dotted.bucket.s3.eu-central-1.amazonaws.com/k", "my.dotted.bucket", "k", "eu-central-1"),
    ("https://s3.eu-central-1.amazonaws.com/recordings/a/b.mp4", "recordings", "a/b.mp4", "eu-central-1"),
    ("https://s3.amazonaws.com/recordings/a/b.mp4", "recordings", "a/b.mp4", None),
    ("https://s3-eu-west-1.amazonaws.com/recordings/k", "recordings", "k", "eu-west-1"),
    ("https://s3.dualstack.us-west-2.amazonaws.com/my.dotted.bucket/k", "my.dotted.bucket", "k", "us-west-2"),
    ("http://127.0.0.1:9000/recordings/a/b.mp4", "recordings", "a/b.mp4", None),
    ("http://minio/recordings/k", "recordings", "k", None),
    ("http://[::1]:9000/recordings/k", "recordings", "k", None),
    ("http://recordings.minio.internal:9000/a/b.mp4", "recordings", "a/b.mp4", None),
    ("http://my.dotted.bucket.minio.internal:9000/k", "my.dotted.bucket", "k", None),
    ("s3://recordings/a/b.mp4", "recordings", "a/b.mp4", None),
    # As the old bot made them: spaces and a colon in the key, `?` and `#` as they were.
    (
        "https://recordings.s3.eu-central-1.amazonaws.com/meeting-bot/u/Google%20Meet%20Recording%203:42pm.webm",
        "recordings",
        "meeting-bot/u/Google Meet Recording 3:42pm.webm",
        "eu-central-1",
    ),
    ("https://recordings.s3.amazonaws.com/a?b#c.mp4", "recordings", "a?b#c.mp4", None),
    ("https://recordings.s3.amazonaws.com/%C3%BC+%2B%2F.mp4", "recordings", "ü++/.mp4", None),
    ("https://recordings.s3.amazonaws.com/k.mp4?X-Amz-Signature=abc&X-Amz-Date=1", "recordings", "k.mp4", None),
    ("https://recordings.s3.amazonaws.com/k.mp4?versionId=7", "recordings", "k.mp4", None),
    ("HTTPS://Recordings.S3.EU-Central-1.AmazonAWS.com/K.mp4", "recordings", "K.mp4", "eu-central-1"),
]


class S3Urls(unittest.TestCase):
    def test_every_style_gives_bucket_and_key(self):
        for url, bucket, key, region in CASES:
            with self.subTest(url=url):
                self.assertEqual(parse_s3_url(url, BUCKETS), Place(bucket, key, region))

    def test_an_endpoint_of_ones_own_says_what_of_the_host_is_a_bucket(self):
        endpoint = "https://gateway.example.com:8443/s3"
        for url in (
            "https://gateway.example.com:8443/s3/other/a/b.mp4",
            "https://other.gateway.example.com:8443/s3/a/b.mp4",
            "https://other.gateway.example.com/a/b.mp4",
        ):
            with self.subTest(url=url):
                self.assertEqual(parse_s3_url(url, BUCKETS, endpoint), Place("other", "a/b.mp4"))

    def test_what_is_no_object_is_refused_with_a_reason(self):
        for url in (
            "",
            "recordings/a.mp4",
            "ftp://recordings/a.mp4",
            "https://recordings.s3.amazonaws.com/",
            "https://s3.amazonaws.com/recordings",
            "https://recordings.s3.amazonaws.com/%ff",
        ):
            with self.subTest(url=url), self.assertRaisesRegex(Refused, "^blobUrl: expected"):
                parse_s3_url(url, BUCKETS)

    def test_a_host_that_only_looks_like_aws_is_not_taken_for_it(self):
        place = parse_s3_url("https://recordings.s3.eu-central-1.amazonaws.com.evil.example/x/k", ("b-2",))
        self.assertNotIn(place.bucket, ("b-2",))
