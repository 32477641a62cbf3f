"""A back end that asks Yaoshi whose token a request carries. README.md says how to run it."""

import base64
import http.client
import json
import os
import queue
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit

YAOSHI = urlsplit(os.environ["LOGIN_SERVER"])
APP_ID = os.environ["APP_ID"]
CREDENTIALS = f"{os.environ['SERVICE_ID']}:{os.environ['SERVICE_SECRET']}".encode()
HEADERS = {
    "Authorization": "Basic " + base64.b64encode(CREDENTIALS).decode(),
    "Content-Type": "application/x-www-form-urlencoded",
}
TIMEOUT = 2  # seconds
IDLE = queue.LifoQueue(32)  # connections to Yaoshi that are open and not in use


class Refused(Exception):
    """The answer to a request that goes no further: a problem document, as Yaoshi writes them."""

    def __init__(self, status, code, recover, **headers):
        self.status, self.body = status, {"code": code, "recover": recover}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def introspect(token):
    """Returns status, headers and body of Yaoshi's answer, over a connection that is open already if there is one."""
    connect = http.client.HTTPSConnection if YAOSHI.scheme == "https" else http.client.HTTPConnection
    try:
        connection, is_reused = IDLE.get_nowait(), True
    except queue.Empty:
        connection, is_reused = connect(YAOSHI.netloc, timeout=TIMEOUT), False
    try:
        # `unregistered` lets this back end tell a user who has yet to register from an invalid token.
        form = urlencode({"token": token, "unregistered": "allow"})
        connection.request("POST", YAOSHI.path.rstrip("/") + "/oauth/introspect", form, HEADERS)
        response = connection.getresponse()
        answer = response.status, response.headers, response.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        if is_reused and not isinstance(error, TimeoutError):
            return introspect(token)  # Yaoshi had closed the idle connection.
        raise
    try:
        IDLE.put_nowait(connection)
    except queue.Full:
        connection.close()
    return answer


def authenticate(authorization):
    """Returns who the user is, or raises `Refused`."""
    bearer = re.fullmatch(r"Bearer +(\S+)", authorization or "", re.IGNORECASE)
    if not bearer:
        raise Refused(401, "missing_token", "login_again", WWW_Authenticate="Bearer")
    try:
        status, headers, body = introspect(bearer[1])
        if status == 429 or status >= 500:
            raise Refused(503, "yaoshi_unavailable", "retry", Retry_After=headers.get("Retry-After", "1"))
        if status != 200:
            # About this back end's credentials, not about the user's token: the client must not see a 401.
            print("Yaoshi refuses the introspection:", status, body.decode(errors="replace"), file=sys.stderr)
            raise Refused(502, "introspection_refused", "operator")
        caller = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        print("No answer from Yaoshi:", repr(error), file=sys.stderr)
        raise Refused(503, "yaoshi_unavailable", "retry", Retry_After="1") from error
    if not caller["active"]:
        raise Refused(401, "invalid_token", "login_again", WWW_Authenticate='Bearer error="invalid_token"')
    if caller["app_id"] != APP_ID:
        raise Refused(403, "other_app", "fix_request")
    if caller["state"] != "registered":
        raise Refused(403, "not_registered", "register")
    return caller


class BackEnd(BaseHTTPRequestHandler):
    def respond(self):
        try:
            status, body, headers = *self.route(), {}
        except Refused as refused:
            status, body, headers = refused.status, refused.body, refused.headers
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = respond

    def route(self):
        if urlsplit(self.path).path != "/orders":
            raise Refused(404, "no_such_route", "fix_request")
        caller = authenticate(self.headers["Authorization"])
        if self.command == "POST":
            # Orders of WeChat Pay name their payer by openid.
            return 201, {"user": caller["sub"], "payer": {"openid": caller["openid"]}}
        return 200, {"user": caller["sub"], "orders": []}


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), BackEnd)
    print(f"The back end listens at http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
