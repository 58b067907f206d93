"""A Streamlit page that writes Meetings and follows them live: `streamlit run streamlit_page.py`, or one of `pages/`.

Thin over meeting_bot_client.py. MEETING_BOT_URL says where the API is, MEETING_BOT_TOKEN holds a token of scope write.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import uuid
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, Optional, Union

import streamlit as st

from meeting_bot_client import Invalid, Meeting, MeetingBotClient, MeetingBotError

#: A run of the page follows changes for so long, then begins again: a closed tab holds no watch for longer. Seconds.
FOLLOW_SECONDS = 60
#: So often the table is drawn even if nothing changed: Streamlit hears of a click only when something is drawn. Seconds.
DRAW_SECONDS = 0.5


def row(meeting: Meeting) -> Dict[str, Any]:
    """A Meeting as a line of the table."""
    recording = meeting.recording or {}
    return {
        "name": meeting.name,
        "phase": meeting.phase,
        "outcome": meeting.outcome or "",
        "reason": meeting.reason or "",
        "starts": meeting.spec.get("startAt", "at once"),
        "seconds": round(recording.get("durationSeconds", 0)),
        "told MAF": (meeting.webhook or {}).get("deliveredAt", ""),
    }


def start_of(text: str) -> Optional[datetime]:
    """A start as typed: nothing means now; without a time zone it is UTC. Raises ValueError."""
    if not text.strip():
        return None
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def write(client: MeetingBotClient) -> None:
    """The form. The key of a form that was not taken yet stays, so that a second click is no second bot."""
    key = st.session_state.setdefault("meeting_bot_key", str(uuid.uuid4()))
    with st.form("meeting"):
        url = st.text_input("Link of the meeting")
        display_name = st.text_input("Name that the others see", "Meeting Recorder")
        start = st.text_input("Start (2026-02-06T15:00+01:00; empty: now)")
        submitted = st.form_submit_button("Record")
    if not submitted:
        return
    try:
        meeting = client.create(url, display_name=display_name, start_at=start_of(start), idempotency_key=key)
    except ValueError as error:
        st.error(f"Start: {error}")
    except Invalid as error:
        # The same key means the same request: another one takes another key.
        st.session_state["meeting_bot_key"] = str(uuid.uuid4())
        for cause in error.causes or [error]:
            st.error(f"{cause.field}: {cause.message}" if hasattr(cause, "field") else str(cause))
    except MeetingBotError as error:
        st.error(f"Nothing was written: {error}")
    else:
        st.session_state["meeting_bot_key"] = str(uuid.uuid4())
        st.success(f"{meeting.name} is written down.")


def act(client: MeetingBotClient, meetings: List[Meeting]) -> None:
    """Stopping, and sending the webhook again."""
    names = [meeting.name for meeting in meetings]
    if not names:
        return
    name = st.selectbox("Meeting", names)
    for label, call in (("Stop and keep the recording", client.stop), ("Tell MAF again", client.resend)):
        if st.button(label):
            try:
                call(name)
                st.success(f"{label}: {name}")
            except MeetingBotError as error:
                st.error(str(error))


def follow(client: MeetingBotClient, meetings: List[Meeting]) -> None:
    """The table: what was listed at once, then drawn again with what changes."""
    changes: "queue.Queue[Union[Meeting, MeetingBotError, None]]" = queue.Queue()

    def watch() -> None:
        try:
            for meeting in client.watch(seconds=FOLLOW_SECONDS):
                changes.put(meeting)
            changes.put(None)
        except MeetingBotError as error:
            changes.put(error)

    threading.Thread(target=watch, daemon=True).start()
    table = st.empty()
    known = {meeting.uid: meeting for meeting in meetings}
    while True:
        newest = sorted(known.values(), key=lambda each: each.raw["metadata"]["creationTimestamp"], reverse=True)
        table.dataframe([row(each) for each in newest])
        for change in waiting(changes):
            if change is None:
                st.rerun()
                return
            if isinstance(change, MeetingBotError):
                st.error(f"Meeting Bot does not answer: {change}")
                return
            known[change.uid] = change


def waiting(changes: "queue.Queue[Any]") -> Iterator[Any]:
    """What is in the queue, all of it, so that many changes are one drawing; waits for the first at most DRAW_SECONDS."""
    with contextlib.suppress(queue.Empty):
        yield changes.get(timeout=DRAW_SECONDS)
        while True:
            yield changes.get_nowait()


def page() -> None:
    """The whole page, from top to bottom."""
    st.title("Meetings")
    client = MeetingBotClient()
    write(client)
    try:
        meetings = client.list()
    except MeetingBotError as error:
        st.error(f"Meeting Bot does not answer: {error}")
        return
    act(client, meetings)
    follow(client, meetings)


page()
