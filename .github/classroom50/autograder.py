"""Grades a submission for Classroom 50: goes into the configuration repository of a course. Writes ./result.json."""
import os
import subprocess
import sys

env = dict(os.environ)
shown = ["git", "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"]
when = subprocess.run(shown, env={**env, "TZ": "UTC"}, capture_output=True, text=True)
env["COMMIT_DATETIME"] = when.stdout.strip()  # the hour of the submission, whenever it is graded
keyless = {name: value for name, value in env.items() if name != "WORKBOOK_KEY"}

for command, variables in (["npm", "ci", "--no-audit", "--no-fund"], keyless), (["npm", "run", "ci:classroom50"], env):
    ended = subprocess.run(command, env=variables).returncode
    if ended != 0:
        sys.exit(ended)  # not graded; a submission that was graded ends with 0, whatever its score
