#!/bin/bash
# Starts the idle one of two web containers with a new image: scripts/deploy.sh example/picks:1.2.3 green
set -euo pipefail
cd "$(dirname "$0")/.."

image=${1:?an image}
color=${2:?blue or green}
declare -A ports=([blue]=8000 [green]=8002)

docker stop "picks_web-${color}_1" 2>/dev/null || true
docker rm "picks_web-${color}_1" 2>/dev/null || true
docker run -d \
  --name "picks_web-${color}_1" \
  --network picks_backend \
  --env-file backend/.env \
  -e DJANGO_DEVELOPMENT=False \
  -p "${ports[$color]}:8000" \
  "$image" \
  sh -c "python manage.py migrate && gunicorn picks.wsgi:application --bind 0.0.0.0:8000 --workers 2"
