"""Look up the packages of .ci/requirements.txt in PyPI's list of known vulnerabilities, with pip-audit.

    python tools/audit.py

Exit status 0: no known vulnerability. 1: some, one line each. 2: not looked up, in one line that says why.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / ".ci" / "requirements.txt"
SECONDS = 300  # it asks for one package after the other


def look_up(lock, seconds=SECONDS):
    """Return pip-audit's report on the lines of a lock that hold for this Python, or raise a RuntimeError."""
    options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"no answer within {seconds} seconds") from None
    except ValueError:  # it says on stderr why there is no report
        raise RuntimeError((done.stderr.strip() or "pip-audit printed no report").splitlines()[-1]) from None


def judge(report):
    """Return the exit status and the lines to print for a report of pip-audit."""
    packages = report["dependencies"]
    found = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    unknown = [package["skip_reason"] for package in packages if "skip_reason" in package]
    lines = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for package, flaw in found
    ]
    if unknown or not packages:
        reason = f" ({unknown[0]})" if unknown else ""
        lines.append(f"audit skipped: {len(unknown)} of {len(packages)} packages could not be looked up{reason}")
    elif not found:
        lines.append(f"audit: no known vulnerability in {len(packages)} packages")
    return (1 if found else 2 if unknown or not packages else 0), lines


if __name__ == "__main__":
    try:
        status, lines = judge(look_up(LOCK))
    except RuntimeError as reason:
        status, lines = 2, [f"audit skipped: {reason}"]
    print(*lines, sep="\n")
    sys.exit(status)
