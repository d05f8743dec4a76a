"""Grades a submission for Classroom 50: goes into the configuration repository of a course. Writes ./result.json."""
import os
import subprocess
import sys

for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "ci:classroom50"]):
    ended = subprocess.run(command, env=os.environ).returncode
    if ended != 0:
        sys.exit(ended)  # not graded; a submission that was graded ends with 0, whatever its score
