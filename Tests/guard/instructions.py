#!/usr/bin/env python3
"""Guards the cost of a request without a clock: instructions that the proxy executes for one, counted by callgrind.

Each scenario runs twice with different numbers of requests, one after the other on one connection; the difference of the
two counts, over the difference of the numbers, is the cost of one request, free of start and stop. The count must not pass
the one in thresholds.json, which has some headroom: `--update` writes
what was measured, plus a seventh.

    instructions.py --apus .build/release/apus
"""
import argparse, json, os, re, shutil, socket, subprocess, sys, tempfile, threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Proxy, free_port, ready_configuration

THRESHOLDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'thresholds.json')
FEW, MANY = 200, 1200
PLAIN = b'GET /%s HTTP/1.1\r\nhost: guard\r\nuser-agent: guard\r\naccept: */*\r\n\r\n'
FIELDS = b''.join(b'x-field-%d: the value of number %d\r\n' % (n, n) for n in range(10))
SCENARIOS = {
    # name: (configuration, request)
    'forward': ('first-proxy.yaml', PLAIN % b'path'),
    'headers': ('first-proxy.yaml', (PLAIN % b'path')[:-2] + FIELDS + b'\r\n'),
    'routing': ('header-routing.yaml', (PLAIN % b'path')[:-2] + b'x-version: v2\r\n\r\n'),
    'lua': ('lua.yaml', (PLAIN % b'path')[:-2] + b'x-tenant: acme\r\n\r\n'),
    'fault': ('fault.yaml', PLAIN % b'abort'),
    'post': ('first-proxy.yaml', b'POST /p HTTP/1.1\r\nhost: guard\r\ncontent-length: 4096\r\n\r\n' + b'x' * 4096),
}


class Upstream:
    """Answers each request with 200 and two bytes."""

    def __init__(self):
        self.socket = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            while read_message(connection):
                connection.sendall(b'HTTP/1.1 200 OK\r\nserver: up\r\ncontent-length: 2\r\n\r\nok')


def read_message(connection):
    data = b''
    while b'\r\n\r\n' not in data:
        more = connection.recv(65_536)
        if not more:
            return None
        data += more
    head, rest = data.split(b'\r\n\r\n', 1)
    length = re.search(rb'content-length: (\d+)', head.lower())
    left = (int(length[1]) if length else 0) - len(rest)
    while left > 0:
        more = connection.recv(65_536)
        if not more:
            return None
        left -= len(more)
    return head


def count(apus, configuration, request, requests):
    """All instructions of a run with so many requests."""
    upstream, front, admin = Upstream(), free_port(), free_port()
    ports = {10000: front, 15000: admin, 9001: upstream.port, 9002: upstream.port}
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, 'callgrind.out')
        wrapper = ['valgrind', '--tool=callgrind', '--callgrind-out-file=' + output, '--quiet']
        proxy = Proxy(apus, ready_configuration(configuration, ports), admin, workers=1, wrapper=wrapper)
        with socket.create_connection(('127.0.0.1', front)) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(requests):
                client.sendall(request)
                if read_message(client) is None:
                    sys.exit('the proxy closed the connection')
        if proxy.stop() != 0:
            sys.exit('apus did not end in order:\n' + proxy.output)
        with open(output) as file:
            return int(re.search(r'^(?:summary|totals): (\d+)', file.read(), re.M)[1])


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--apus', required=True)
    options.add_argument('--update', action='store_true')
    arguments = options.parse_args()
    subprocess.run(['valgrind', '--version'], check=True, stdout=subprocess.DEVNULL)
    with open(THRESHOLDS) as file:
        thresholds = json.load(file)
    failed = False
    # Without its debug information, which valgrind may not understand.
    stripped = os.path.join(tempfile.mkdtemp(), 'apus')
    subprocess.run(['strip', '-o', stripped, arguments.apus], check=True)
    for name, (configuration, request) in SCENARIOS.items():
        few = count(stripped, configuration, request, FEW)
        many = count(stripped, configuration, request, MANY)
        each = (many - few) // (MANY - FEW)
        limit = thresholds.get(name, 0)
        if arguments.update:
            thresholds[name] = each * 8 // 7
        failed |= each > limit
        print(f'{"ok  " if each <= limit else "FAIL"} {name}: {each} instructions for a request, at most {limit}', flush=True)
    shutil.rmtree(os.path.dirname(stripped))
    if arguments.update:
        with open(THRESHOLDS, 'w') as file:
            json.dump(thresholds, file, indent=2)
            file.write('\n')
        return
    sys.exit(1 if failed else 0)


main()
