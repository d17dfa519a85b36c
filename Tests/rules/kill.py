#!/usr/bin/env python3
"""Kills the proxy in the middle of a storm of applied rules, again and again: whatever was answered 200 is there after
the next start, and nothing is there in half."""
import argparse, http.client, json, os, random, shutil, signal, sys, tempfile, threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Sidecar


def rule(name, number):
    # Two fields that change together: one without the other would be half a rule.
    return (f"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}}}\n"
            f"spec: {{hosts: [{name}.example], http: [{{name: n{number}, directResponse: {{status: 200, body: "
            f"{{string: \"{number}\"}}}}}}]}}\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--apus", required=True)
    p.add_argument("--kills", type=int, default=50)
    a = p.parse_args()
    state = tempfile.mkdtemp(prefix="apus-kill-")
    confirmed, tried, total = {}, {}, 0
    for turn in range(a.kills + 1):
        sidecar = Sidecar(a.apus, "--state", state)
        proxy = sidecar.process
        items = json.loads(sidecar.ask("GET", "/rules", accept="application/json")[2])["items"]
        found = {}
        for item in items:
            first = item["spec"]["http"][0]
            if first["name"] != "n" + first["directResponse"]["body"]["string"]:
                sys.exit(f"turn {turn}: half a rule: {item}")
            found[item["metadata"]["name"]] = int(first["directResponse"]["body"]["string"])
        for name, number in confirmed.items():
            # What was on its way when the proxy died may have come through.
            if found.get(name) not in {number} | tried.get(name, set()):
                sys.exit(f"turn {turn}: {name} was confirmed as {number} and is {found.get(name)}")
        confirmed = dict(found)
        if turn == a.kills:
            sidecar.stop()
            break
        timer = threading.Timer(random.uniform(0.02, 0.4), lambda: proxy.send_signal(signal.SIGKILL))
        timer.start()
        tried = {}
        while proxy.poll() is None:
            total += 1
            name = f"r{total % 7}"
            tried.setdefault(name, set()).add(total)
            try:
                if sidecar.ask("POST", "/rules", rule(name, total))[0] == 200:
                    confirmed[name] = total
                    tried[name] = set()
            except (OSError, http.client.HTTPException):
                pass
        timer.join()
        proxy.wait()
    shutil.rmtree(state)
    print(f"{a.kills} kills during {total} applies: everything that was confirmed was there")


main()
