#!/bin/sh
# Clears expired sessions every CLEANUP_INTERVAL_HOURS, and tells in the log what it did.
# A number of seconds in CLEANUP_INTERVAL_SECONDS is for trying it out.
cd "$(dirname "$0")/.." || exit 1

if [ -n "$CLEANUP_INTERVAL_SECONDS" ]; then
    interval=$CLEANUP_INTERVAL_SECONDS
    words="$interval seconds"
else
    interval=$((${CLEANUP_INTERVAL_HOURS:-24} * 3600))
    words="${CLEANUP_INTERVAL_HOURS:-24} hours"
fi

clean_up() {
    before=$(python manage.py count_sessions) || return
    python manage.py clearsessions || return
    after=$(python manage.py count_sessions) || return
    echo "Successfully deleted $((before - after)) expired sessions. Remaining: $after sessions"
}

# The first process of a container gets no default action for a signal: without this it takes ten seconds to stop.
trap 'exit 0' TERM INT

while true; do
    echo "[Session Cleanup] Running cleanup at $(date)"
    clean_up
    echo "[Session Cleanup] Next run in $words"
    sleep "$interval" &
    wait $!
done
