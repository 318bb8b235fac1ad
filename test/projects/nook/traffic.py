"""Traffic of people and of robots, a round for each line on the standard input; the clock moves on from round to round."""

import itertools
import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

folder = Path(__file__).resolve().parent
sys.path[:0] = [str(folder), str(folder / "packages")]
os.environ["DJANGO_SETTINGS_MODULE"] = "nook.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

real_now, real_time, ahead = timezone.now, time.time, 0
timezone.now = lambda: real_now() + timedelta(seconds=ahead)
time.time = lambda: real_time() + ahead

people = [Client() for _ in range(9)]
rounds = itertools.count()
call_command("migrate", verbosity=0)


def play(paths, robots, noise):
    number = next(rounds)
    for i, person in enumerate(people):
        if number == 0 and i % 3 == 0 and noise:
            person.get(f"/sign-in/?name=user{i}")
        for path in paths:
            assert person.get(path.replace("N", str(number + i + 1))).status_code == 200, path
        if noise and i in (1, 4):
            person.get(f"/basket/{number}/")
    for _ in range(robots):
        assert Client().get(paths[0].replace("N", "1")).status_code == 200


print("ready", flush=True)
for line in sys.stdin:
    play(**json.loads(line))
    ahead += 2
    # The server hears of what was inserted within ten seconds; here at once.
    connection.cursor().execute("SELECT pg_stat_force_next_flush()")
    print("done", flush=True)
