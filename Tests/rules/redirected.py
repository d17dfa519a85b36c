#!/usr/bin/env python3
"""Connections that iptables redirects to a sidecar go where they were going to: their port chooses among a service's
ports whatever the Host header says, and hosts that nobody knows are reached without a look-up.

    redirected.py --apus .build/release/apus

Runs in a network namespace of its own, which needs root and iptables; without them it says so and ends well.
"""
import argparse, http.client, http.server, multiprocessing, os, subprocess, sys, tempfile, threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Sidecar

CALLER = 4321
RULES = '''
apiVersion: v1
kind: Service
metadata: {name: reviews}
spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}, {name: http-two, port: 9081}]}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: r1}
spec: {address: 127.0.0.1, labels: {app: reviews}, ports: {http: 18081, http-two: 18082}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside}
spec: {hosts: [outside.test], ports: [{number: 9090, name: http, protocol: HTTP}], resolution: NONE}
'''


class Answering(http.server.BaseHTTPRequestHandler):
    """Says where it listens."""
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        body = '{}:{}'.format(*self.server.server_address).encode()
        self.send_response(200)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(address, port):
    server = http.server.ThreadingHTTPServer((address, port), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def ask(address, port, host, results):
    """In a process of its own, whose user iptables knows the callers by."""
    os.setuid(CALLER)
    connection = http.client.HTTPConnection(address, port, timeout=10)
    connection.request('GET', '/', headers={'host': host})
    answer = connection.getresponse()
    results.put((answer.status, answer.read().decode()))


def asked(address, port, host):
    results = multiprocessing.Queue()
    caller = multiprocessing.Process(target=ask, args=(address, port, host, results))
    caller.start()
    caller.join(20)
    return results.get(timeout=5) if caller.exitcode == 0 else (0, 'no answer')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--apus', required=True)
    parser.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        if subprocess.run(['unshare', '-n', 'true'], stderr=subprocess.DEVNULL).returncode:
            print('skipped: no network namespace can be made here')
            return
        os.execvp('unshare', ['unshare', '-n', sys.executable, os.path.abspath(__file__),
                              '--apus', os.path.abspath(options.apus), '--inside'])
    if not run('ip link set lo up') or not run('ip address add 10.9.9.1/24 dev lo'):
        return
    serve('127.0.0.1', 18081)
    serve('127.0.0.1', 18082)
    serve('10.9.9.9', 9090)
    with tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
        file.write(RULES)
        file.flush()
        sidecar = Sidecar(options.apus, '--rules', file.name)
        try:
            if not run(f'iptables -t nat -A OUTPUT -p tcp -d 10.9.9.0/24 -m owner --uid-owner {CALLER} '
                       f'-j REDIRECT --to-ports {sidecar.outbound}'):
                return
            failures = [failure for failure in (differs(case, sidecar.outbound) for case in CASES) if failure]
        finally:
            sidecar.stop()
    for failure in failures:
        print(failure)
    print(f'{len(CASES) - len(failures)} of {len(CASES)} redirected as they should be')
    sys.exit(1 if failures else 0)


def run(command):
    if subprocess.run(command.split()).returncode == 0:
        return True
    print(f'skipped: not possible here: {command}')
    return False


# Where a caller connects to (port 0: the sidecar itself), the host that it names, and who answers.
CASES = [
    ('10.9.9.5', 9080, 'reviews', 200, '127.0.0.1:18081'),
    ('10.9.9.5', 9081, 'reviews', 200, '127.0.0.1:18082'),
    ('10.9.9.5', 9081, 'reviews:9080', 200, '127.0.0.1:18082'),
    ('10.9.9.5', 9082, 'reviews', 503, None),
    ('10.9.9.9', 9090, 'nobody-knows.invalid', 200, '10.9.9.9:9090'),
    ('10.9.9.9', 9090, 'outside.test', 200, '10.9.9.9:9090'),
    ('10.9.9.9', 9090, 'outside.test:1', 200, '10.9.9.9:9090'),
    ('127.0.0.1', 0, 'reviews:9081', 200, '127.0.0.1:18082'),
    ('127.0.0.1', 0, 'outside.test:9090', 503, 'no healthy upstream'),
    ('127.0.0.1', 0, '127.0.0.1:{}', 502, ''),
]


def differs(case, outbound):
    address, port, host, status, body = case
    host = host.format(outbound)
    answer = asked(address, port or outbound, host)
    if answer[0] != status or body is not None and answer[1] != body:
        return f'{address}:{port} as {host}: {answer}, not {(status, body)}'


if __name__ == '__main__':
    main()
