"""A back end that hears what happens at Yaoshi. README.md says how to run it."""

import base64
import hashlib
import hmac
import json
import os
import re
import sqlite3
import time
import traceback
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATABASE = os.environ.get("DATABASE", "users.db")
MAX_BODY = 64 * 1024  # bytes; Yaoshi's are shorter than one thousand
TOLERANCE = 5 * 60  # seconds; what is older may be a replay
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

TABLES = """
-- There is no state until an event tells it.
CREATE TABLE IF NOT EXISTS users (
    user_id TEXT PRIMARY KEY, state TEXT, app_id TEXT, openid TEXT, sequence INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_user_id ON events (user_id);
"""

ADD_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

# What comes late changes nothing: something that happened after it is known already.
UPDATE_USER = """
INSERT INTO users VALUES (:user_id, :state, :app_id, :openid, :sequence)
ON CONFLICT (user_id) DO UPDATE SET
    state = COALESCE(excluded.state, state),
    app_id = COALESCE(excluded.app_id, app_id),
    openid = COALESCE(excluded.openid, openid),
    sequence = excluded.sequence
WHERE excluded.sequence > users.sequence
"""

# The id stays, which Yaoshi gives to nobody else: so an event that is sent again by hand is not kept, either.
ERASE_USER = "REPLACE INTO users (user_id, state, sequence) VALUES (:user_id, 'erased', :sequence)"


def parse_secret(text):
    """The bytes of a secret, which is written as `whsec_` and base64."""
    prefix, secret = text[:6], base64.b64decode(text[6:], validate=True)
    if prefix != "whsec_" or len(secret) < 24:
        raise ValueError("The secret is not `whsec_` and the base64 of at least 24 bytes")
    return secret


def is_signed(secret, headers, body):
    """Whether a request was signed with the secret, by the specification Standard Webhooks. One signature that fits is
    enough: while the secret is changed, Yaoshi signs with both."""
    webhook_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not webhook_id or not re.fullmatch("[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    # The body byte for byte: one that is parsed and written again has another signature.
    content = f"{webhook_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256))
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(signature.encode(), expected) for signature in signatures)


def parse(body):
    """The event in a body, and `None` if there is none. The kind of event may be one that is not known here."""
    try:
        event = json.loads(body)
        kind, timestamp, data = event["type"], event["timestamp"], event["data"]
        user, sequence = data.get("user_id"), data.get("sequence")
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    is_complete = isinstance(kind, str) and isinstance(timestamp, str)
    is_user = user is None or (isinstance(user, str) and UUID.fullmatch(user) and type(sequence) is int)
    return event if is_complete and is_user else None


def connect():
    database = sqlite3.connect(DATABASE)
    database.execute("PRAGMA secure_delete = ON")  # What is deleted is overwritten in the file, too.
    return database


def take(database, webhook_id, event):
    """Deals with an event of a user, once, and returns whether this was the first time. Yaoshi may be told after that:
    the event and what it changes are on the disk, both or neither."""
    data, kind = event["data"], event["type"]
    user = data["user_id"]
    with database:  # one transaction
        database.execute("BEGIN IMMEDIATE")
        state = database.execute("SELECT state FROM users WHERE user_id = ?", [user]).fetchone()
        if state == ("erased",):
            return False
        if kind == "user_erased":
            database.execute("DELETE FROM events WHERE user_id = ?", [user])
            database.execute(ERASE_USER, data)
            return True
        if database.execute(ADD_EVENT, [webhook_id, user, kind, event["timestamp"]]).rowcount == 0:
            return False
        known = {"user_id": user, "sequence": data["sequence"], "state": None, "app_id": None, "openid": None}
        database.execute(UPDATE_USER, {**known, **change(kind, data)})
        return True


def change(kind, data):
    """What an event changes of what is known of a user."""
    if kind == "registered":
        return {"state": "active", "app_id": data.get("app_id"), "openid": data.get("openid")}
    if kind == "user_blocked":
        return {"state": "blocked"}
    if kind == "user_unblocked":
        return {"state": "active"}
    return {}


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # seconds

    def do_POST(self):
        try:
            status = self.receive()
        except sqlite3.Error:
            traceback.print_exc()
            status = 500
        self.send_response(status)
        self.end_headers()

    def receive(self):
        """Deals with a request and returns the status of the answer. Whatever is not 2xx, Yaoshi sends again."""
        if self.path != "/yaoshi":
            return 404
        body = self.read()
        if body is None:
            return 413
        if not is_signed(SECRET, self.headers, body):
            return 401
        event = parse(body)
        if event is None:
            return 400
        # An event of nobody who registered, of an operator, or a test: nothing to do.
        if event["data"].get("user_id"):
            with closing(connect()) as database:
                if take(database, self.headers["webhook-id"], event):
                    print(event["type"], event["data"]["user_id"], flush=True)
        return 204

    def read(self):
        """The body, and `None` if it is too long."""
        length = self.headers.get("Content-Length", "")
        length = int(length) if length.isdecimal() else 0
        if length <= MAX_BODY:
            return self.rfile.read(length)
        # To the end, so that the client hears the answer.
        while length > 0 and self.rfile.read(min(length, MAX_BODY)):
            length -= MAX_BODY
        return None


if __name__ == "__main__":
    with open(os.environ["SECRET_FILE"], encoding="ascii") as file:
        SECRET = parse_secret(file.read().strip())
    with closing(connect()) as database:
        database.executescript(TABLES)
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver)
    print(f"The back end listens at http://127.0.0.1:{server.server_port}/yaoshi", flush=True)
    server.serve_forever()
