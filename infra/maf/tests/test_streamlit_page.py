"""The page, over a stand-in for Streamlit: it has the few calls that the page makes, and no more of Streamlit than that."""

import contextlib
import importlib
import sys
import types
import unittest
import unittest.mock
from datetime import datetime, timezone

import support
from meeting_bot_client import MeetingBotClient


class Rerun(Exception):
    """As Streamlit ends a run that begins again."""


class StandIn(types.ModuleType):
    """What a user does goes in, what the page shows comes out."""

    def __init__(self):
        super().__init__("streamlit")
        self.inputs, self.clicks, self.shown, self.tables, self.session_state = {}, set(), [], [], {}
        self.until = lambda rows: True

    def title(self, text):
        self.shown.append(("title", text))

    def form(self, _key):
        return contextlib.nullcontext()

    def text_input(self, label, value=""):
        return next((typed for start, typed in self.inputs.items() if label.startswith(start)), value)

    def form_submit_button(self, label):
        return label in self.clicks

    def button(self, label):
        return label in self.clicks

    def selectbox(self, _label, options):
        return self.inputs.get("Meeting", options[0])

    def error(self, text):
        self.shown.append(("error", text))

    def success(self, text):
        self.shown.append(("success", text))

    def empty(self):
        return self

    def dataframe(self, rows):
        self.tables.append(rows)
        if self.until(rows):
            raise Rerun

    def rerun(self):
        raise Rerun


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        support.take_webhooks(cls)

    def setUp(self):
        self.st = sys.modules["streamlit"] = StandIn()
        self.addCleanup(sys.modules.pop, "streamlit")
        self.addCleanup(sys.modules.pop, "streamlit_page", None)
        self.client = MeetingBotClient()

    def run_page(self):
        sys.modules.pop("streamlit_page", None)
        with contextlib.suppress(Rerun):
            return importlib.import_module("streamlit_page")
        return None

    def texts(self, kind):
        return [text for each, text in self.st.shown if each == kind]

    def test_a_meeting_that_is_typed_in_is_written_once_for_each_form(self):
        self.st.inputs = {"Link": "https://meet.google.com/abc-defg-hij", "Start": "2031-01-01T10:00+01:00"}
        self.st.clicks = {"Record"}
        self.run_page()
        [said] = self.texts("success")
        name = said.split()[0]
        made = self.client.get(name)
        self.assertEqual((made.spec["startAt"], made.spec["displayName"]), ("2031-01-01T09:00:00Z", "Meeting Recorder"))
        self.assertIn(name, [row["name"] for row in self.st.tables[0]])

    def test_it_is_followed_live(self):
        support.begin(self.client, "st-live")

        def seen(rows):
            [row] = [row for row in rows if row["name"] == "st-live"] or [None]
            if row is not None and row["phase"] == "Recording":
                support.end("st-live")
            return row is not None and row["phase"] == "Completed"

        self.st.until = seen
        self.run_page()
        phases = [row["phase"] for table in self.st.tables for row in table if row["name"] == "st-live"]
        self.assertIn("Recording", phases)
        self.assertEqual(phases[-1], "Completed")

    def test_what_the_api_refuses_is_shown_by_field(self):
        self.st.inputs, self.st.clicks = {"Link": "nonsense"}, {"Record"}
        self.run_page()
        self.assertRegex(self.texts("error")[0], r"^spec\.url: ")
        self.st.shown.clear()
        self.st.inputs = {"Link": "https://meet.google.com/abc-defg-hij", "Start": "tomorrow"}
        self.run_page()
        self.assertRegex(self.texts("error")[0], r"^Start: ")

    def test_stop_is_a_click(self):
        later = datetime(2031, 1, 1, tzinfo=timezone.utc)
        self.client.create("https://meet.google.com/abc-defg-hij", name="st-stop", start_at=later)
        self.st.inputs, self.st.clicks = {"Meeting": "st-stop"}, {"Stop and keep the recording"}
        self.run_page()
        self.assertEqual(self.texts("success"), ["Stop and keep the recording: st-stop"])
        self.assertEqual(self.client.wait("st-stop", support.PATIENCE).phase, "Cancelled")

    def test_an_api_that_is_away_is_said(self):
        self.st.inputs = {}
        with unittest.mock.patch.dict("os.environ", {"MEETING_BOT_URL": "http://127.0.0.1:9"}):
            self.run_page()
        self.assertRegex(self.texts("error")[0], "^Meeting Bot does not answer: ")


if __name__ == "__main__":
    unittest.main()
