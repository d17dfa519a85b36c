#!/usr/bin/env python3
"""The mirroring task, on the real thing: httpbin under gunicorn twice, Apus in front with files from conf/.

All traffic goes to v1; then every request is mirrored to v2 as well; then half of them; then none again. What v2 was
sent is read from its own access log. The configuration changes by editing the file and SIGHUP.

    mirroring.py --apus .build/release/apus
"""
import argparse, json, os, re, subprocess, sys, tempfile, time, urllib.request, venv

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Proxy, free_port, ready_configuration

FORMAT = '%(r)s host=%({host}i)s'


class Httpbin:
    def __init__(self, python, folder, version):
        self.port = free_port()
        self.path = os.path.join(folder, version + '.log')
        self.process = subprocess.Popen(
            [python, '-m', 'gunicorn', '--bind', f'127.0.0.1:{self.port}', '--workers', '1', '--threads', '4',
             '--keep-alive', '30', '--access-logfile', self.path, '--access-logformat', FORMAT, 'httpbin:app'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, 'HTTPBIN_NAME': version})
        end = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f'http://127.0.0.1:{self.port}/status/200', timeout=2)
                return
            except OSError:
                if time.monotonic() > end:
                    sys.exit(f'httpbin {version} did not start')
                time.sleep(0.1)

    def requests(self, marker):
        """(method and path, host) of the requests that bear the marker."""
        with open(self.path) as file:
            lines = [line for line in file.read().splitlines() if marker in line]
        return [re.match(r'(\S+ \S+) \S+ host=(.*)', line).groups() for line in lines]

    def settled(self, marker, count):
        end = time.monotonic() + 10
        while len(self.requests(marker)) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.requests(marker)


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--apus', required=True)
    arguments = options.parse_args()
    failures = []

    def check(what, holds):
        print(('ok   ' if holds else 'FAIL ') + what)
        if not holds:
            failures.append(what)

    with tempfile.TemporaryDirectory() as folder:
        venv.create(os.path.join(folder, 'venv'), with_pip=True)
        python = os.path.join(folder, 'venv', 'bin', 'python')
        subprocess.run([python, '-m', 'pip', 'install', '--quiet', 'httpbin', 'gunicorn'], check=True)
        v1, v2 = Httpbin(python, folder, 'v1'), Httpbin(python, folder, 'v2')
        front, admin = free_port(), free_port()
        ports = {10000: front, 15000: admin, 9001: v1.port, 9002: v2.port}
        proxy = Proxy(arguments.apus, ready_configuration('first-proxy.yaml', ports), admin)

        def send(path, marker, count):
            """`count` GETs and POSTs; how many were answered as httpbin answers them."""
            good = 0
            for number in range(count):
                data = json.dumps({'number': number}).encode() if number % 2 else None
                target = f'http://127.0.0.1:{front}{path}{"post" if data else "get"}?{marker}={number}'
                request = urllib.request.Request(target, data=data, headers={
                    'Host': 'httpbin.example:8000', 'Content-Type': 'application/json'})
                with urllib.request.urlopen(request, timeout=10) as answer:
                    body = json.load(answer)
                good += answer.status == 200 and body['args'] == {marker: str(number)} and (
                    data is None or body['json'] == {'number': number}) and body['headers']['Host'] == 'httpbin.example:8000'
            return good

        try:
            check('all traffic to v1: every client is answered', send('/', 'plain', 40) == 40)
            check('all traffic to v1: v1 sees all', len(v1.settled('plain', 40)) == 40)
            check('all traffic to v1: v2 sees nothing', v2.requests('plain') == [])

            proxy.reload(ready_configuration('mirror.yaml', ports))
            check('mirrored 100 %: every client is answered by v1', send('/mirror/100/', 'whole', 60) == 60)
            copies = v2.settled('whole', 60)
            check('mirrored 100 %: v1 sees all, as asked for', len(v1.settled('whole', 60)) == 60 and all(
                host == 'httpbin.example:8000' for _, host in v1.requests('whole')))
            check('mirrored 100 %: v2 sees the same requests', sorted(r for r, _ in copies) == sorted(
                r for r, _ in v1.requests('whole')))
            check('mirrored 100 %: each for a host with -shadow', all(
                host == 'httpbin.example-shadow:8000' for _, host in copies))

            check('mirrored 50 %: every client is answered by v1', send('/mirror/50/', 'half', 300) == 300)
            time.sleep(0.5)
            share = len(v2.requests('half'))
            # Seven standard deviations: once in a hundred thousand million runs.
            check(f'mirrored 50 %: v2 sees about half ({share} of 300)', 90 < share < 210)
            check('mirrored 50 %: v1 sees all', len(v1.settled('half', 300)) == 300)

            edited = ready_configuration('mirror.yaml', ports).replace('numerator: 50', 'numerator: 0')
            proxy.reload(edited)
            check('edited to 0 %: every client is answered by v1', send('/mirror/50/', 'none', 40) == 40)
            time.sleep(0.5)
            check('edited to 0 %: v2 sees nothing', v2.requests('none') == [])

            started = proxy.stats('mirror_')
            check(f'copies are counted ({60 + share})', started.get('cluster.v2.mirror_completed') == 60 + share
                  and started.get('cluster.v2.mirror_dropped') == 0)
        finally:
            check('apus ends in order', proxy.stop() == 0)
            for httpbin in (v1, v2):
                httpbin.process.terminate()
                httpbin.process.wait()
    sys.exit(1 if failures else 0)


main()
