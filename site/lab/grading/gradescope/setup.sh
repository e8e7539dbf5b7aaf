#!/usr/bin/env bash
# Gradescope calls this as root when it builds the autograder's image. Python 3.11 or newer is needed.
set -euo pipefail
apt-get update
apt-get install -y python3-venv bubblewrap
python3 -m venv /opt/lab
/opt/lab/bin/pip install "$(ls /autograder/source/labcore-*.whl)[grading]"
