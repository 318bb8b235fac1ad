"""Visitors, robots and whoever else does something to sessions, as a script on the standard input says it.

Each visitor has a browser of their own, whose cookies obey the rules of browsers. Requests go to the project's own WSGI application, in
this process, so that a month of visits takes seconds: Django's clock is turned back, and moves on as the script says.
"""

import io
import json
import os
import select
import sys
import time
import traceback
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone as zones
from email.message import Message
from email.parser import Parser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(sys.argv[1])
sys.path.insert(0, str(FOLDER))
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2] if len(sys.argv) > 2 else "harbour.settings"

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

HOST = "www.harbour.example"
real_now, real_time, clock = timezone.now, time.time, {"ahead": 0.0}
timezone.now = lambda: real_now() + timedelta(seconds=clock["ahead"])
time.time = lambda: real_time() + clock["ahead"]

from harbour.wsgi import application


def at_present(**ago):
    """It is now, or so long ago: at_present(), at_present(days=30)."""
    clock["ahead"] = -timedelta(**ago).total_seconds()


def wait(**span):
    clock["ahead"] += timedelta(**span).total_seconds()


def look():
    """The monitor takes a reading."""
    flush()
    print("look", flush=True)
    assert sys.stdin.readline().strip() == "looked"


def flush():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else None


class Site(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """The application behind a web server that writes an access log."""

    def __init__(self, log):
        urllib.request.HTTPSHandler.__init__(self)
        self.log = log

    def http_open(self, request):
        return self.answer(request)

    def https_open(self, request):
        return self.answer(request)

    def answer(self, request):
        parts = urlsplit(request.full_url)
        environ = {
            "REQUEST_METHOD": request.get_method(),
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(request.data or b""),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in request.header_items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        status, headers = [], Message()

        def start(text, pairs, exc_info=None):
            status.append(text)
            for name, value in pairs:
                headers[name] = value

        response = application(environ, start)
        body = b"".join(response)
        response.close()
        code = int(status[0].split()[0])
        stamp = datetime.fromtimestamp(time.time(), zones.utc).strftime("%d/%b/%Y:%H:%M:%S +0000")
        referer, agent = (request.get_header(name, "-") for name in ("Referer", "User-agent"))
        line = f'{request.get_method()} {request.selector} HTTP/1.1" {code} {len(body)} "{referer}" "{agent}"'
        self.log.write(f'192.0.2.7 - - [{stamp}] "{line}\n')
        answer = urllib.request.addinfourl(io.BytesIO(body), headers, request.full_url, code)
        answer.msg = status[0].split(" ", 1)[1]
        return answer


class Rules(DefaultCookiePolicy):
    """What browsers do beyond RFC 2965: SameSite=None without Secure is refused; Strict is kept from links of other sites."""

    def set_ok(self, cookie, request):
        same_site = (cookie._rest.get("SameSite") or "").lower()
        return not (same_site == "none" and not cookie.secure) and super().set_ok(cookie, request)

    def return_ok(self, cookie, request):
        same_site = (cookie._rest.get("SameSite") or "").lower()
        foreign = HOST.split(".", 1)[1] not in (request.get_header("Referer") or HOST)
        return not (same_site == "strict" and foreign) and super().return_ok(cookie, request)


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


access_log = open(FOLDER / "access.log", "a", buffering=1)


class Visitor:
    def __init__(self, name=None, scheme="http", host=HOST, agent="Mozilla/5.0"):
        self.name, self.base, self.agent = name, f"{scheme}://{host}", agent
        self.open_browser()

    def open_browser(self):
        self.jar = CookieJar(Rules())
        handlers = [Site(access_log), urllib.request.HTTPCookieProcessor(self.jar), KeepRedirects()]
        self.opener = urllib.request.build_opener(*handlers)
        self.page = None

    def close_browser(self):
        """Cookies without a date go."""
        self.jar.clear_session_cookies()

    def get(self, path="/", referer=None):
        headers = {"User-agent": self.agent}
        if referer or self.page:
            headers["Referer"] = referer or self.page
        request = urllib.request.Request(self.base + path, headers=headers)
        try:
            status = self.opener.open(request).status
        except urllib.error.HTTPError as error:
            status = error.code
        self.page = self.base + path
        return status

    def sign_in(self):
        assert self.get(f"/sign-in/?name={self.name}") == 200

    def work(self, path="/berths/"):
        """Looks at a page for members; signs in where that is asked for."""
        if self.get(path) == 302:
            self.get(f"/sign-in/?next={path}")
            self.sign_in()
            self.get(path)


def members(count, **about):
    return [Visitor(f"member{i}", **about) for i in range(count)]


def robots(count, path="/", agent="Robot/1.0"):
    for _ in range(count):
        Visitor(agent=agent).get(path)


def days_of_work(people, days, rounds=1):
    """Each looks in every day, or some times a day."""
    for _ in range(days):
        began = clock["ahead"]
        for _ in range(rounds):
            for person in people:
                person.work()
            wait(hours=2)
        clock["ahead"] = began
        wait(days=1)


def clear_sessions(log="cleanup.log"):
    """One run of the cleanup service, with the words that the guide has."""
    before = sql("SELECT count(*) FROM django_session")[0][0]
    said(log, "Running cleanup")
    call_command("clearsessions")
    after = sql("SELECT count(*) FROM django_session")[0][0]
    said(log, f"Successfully deleted {before - after} expired sessions. Remaining: {after} sessions")
    said(log, "Next run in 24 hours")


def said(log, words):
    stamp = datetime.fromtimestamp(time.time(), zones.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(FOLDER / log, "a") as file:
        file.write(f"{stamp} [Session Cleanup] {words}\n")


def play(traffic, goesOn):
    exec(compile(traffic, "<traffic>", "exec"), globals())
    at_present()
    look()
    print("end", flush=True)
    again = compile(goesOn, "<goes on>", "exec")
    while goesOn and not select.select([sys.stdin], [], [], 0)[0]:
        exec(again, globals())
        flush()
    sys.stdin.read()


if __name__ == "__main__":
    script = json.loads(sys.stdin.readline())
    try:
        play(**script)
    except BaseException:
        print("failed " + json.dumps(traceback.format_exc()), flush=True)
        raise
