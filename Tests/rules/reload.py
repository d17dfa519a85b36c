#!/usr/bin/env python3
"""Changes rules two hundred times in a row under load. No request may fail, none may see half a set of rules, what was
answered 200 is in force for the very next request, and the memory is back where it was.

Each set of rules has a number. It is in a header that a VirtualService sets and in one that a script sets, and from one to
the next another subset is routed to by one rule, defined by another and given an endpoint by a third: half a set shows
as two different numbers or as an error.

    reload.py --apus .build/release/apus --applies 200 --rate 5000
"""
import argparse, multiprocessing, os, re, socket, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Sidecar, free_port

UPSTREAM = '''
static_resources:
  listeners:
    - name: upstream
      address: {{ socket_address: {{ address: 127.0.0.1, port_value: {upstream} }} }}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: upstream
                http_filters: [{{ name: envoy.filters.http.router }}]
                route_config:
                  virtual_hosts: [{{ name: all, domains: ["*"], routes: [{{ match: {{ prefix: / }}, direct_response: {{ status: 200, body: {{ inline_string: yes }} }} }}] }}]
'''
RULES = '''
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {{name: svc}}
spec:
  hosts: [svc.example]
  resolution: STATIC
  ports: [{{number: 80, name: http, protocol: HTTP}}]
  endpoints: [{{address: 127.0.0.1, ports: {{http: {upstream}}}, labels: {{version: v{number}}}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{name: svc}}
spec: {{host: svc.example, subsets: [{{name: v{odd}, labels: {{version: v{number}}}}}]}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: svc}}
spec:
  hosts: [svc.example]
  http:
  - headers: {{response: {{set: {{x-rule: "{number}"}}}}}}
    route: [{{destination: {{host: svc.example, subset: v{odd}}}}}]
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {{name: script}}
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match: {{context: SIDECAR_OUTBOUND, listener: {{filterChain: {{filter: {{name: envoy.filters.network.http_connection_manager, subFilter: {{name: envoy.filters.http.router}}}}}}}}}}
    patch:
      operation: INSERT_BEFORE
      value:
        name: script
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
          inlineCode: |
            function envoy_on_response(handle)
              handle:headers():replace("x-script", "{number}")
            end
'''
REQUEST = b'GET / HTTP/1.1\r\nhost: svc.example\r\n\r\n'
HEAD = re.compile(rb'HTTP/1\.1 (\d+) .*?\r\n\r\n', re.S)


def rules(upstream, number):
    return RULES.format(upstream=upstream, number=number, odd=number % 2)


def apply(sidecar, text):
    status, _, body = sidecar.ask('POST', '/rules', text)
    if status != 200:
        sys.exit(f'an apply was answered {status}: {body.decode()}')


class Wrong(Exception):
    pass


def number_of(sock, rest=b''):
    """Reads one answer and gives the number of its rules."""
    while True:
        head = HEAD.match(rest)
        length = head and int(re.search(rb'content-length: (\d+)', head[0], re.I)[1])
        if head and len(rest) >= head.end() + length:
            break
        piece = sock.recv(65536)
        if not piece:
            raise Wrong(f'the connection was closed after {rest!r}')
        rest += piece
    numbers = [re.search(rb'\r\n%s: (\d+)\r\n' % name, head[0], re.I) for name in (b'x-rule', b'x-script')]
    if head[1] != b'200' or None in numbers or numbers[0][1] != numbers[1][1]:
        raise Wrong(f'half a set of rules, or none: {rest!r}')
    return int(numbers[0][1])


def load(port, rate, confirmed, ends, results):
    """Requests on connections that stay, about so many a second."""
    socks = [socket.create_connection(('127.0.0.1', port)) for _ in range(16)]
    newest = [0] * len(socks)
    sent, begin = 0, time.monotonic()
    try:
        while not ends.value:
            pause = begin + sent / rate - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            least = confirmed.value
            for sock in socks:
                sock.sendall(REQUEST)
            for index, sock in enumerate(socks):
                number = number_of(sock)
                if number < max(least, newest[index]):
                    raise Wrong(f'rules {number} when {max(least, newest[index])} were in force')
                newest[index] = number
            sent += len(socks)
        results.put((sent, time.monotonic() - begin, ''))
    except (Wrong, OSError) as error:
        results.put((sent, time.monotonic() - begin, str(error) or repr(error)))


def resident(pid):
    """All of it, and what is not the executable's: KiB."""
    with open(f'/proc/{pid}/status') as file:
        text = file.read()
    return tuple(int(re.search(name + r':\s+(\d+)', text)[1]) for name in ('VmRSS', 'RssAnon'))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--apus', required=True)
    parser.add_argument('--applies', type=int, default=200)
    parser.add_argument('--rate', type=int, default=5000, help='requests a second')
    options = parser.parse_args()
    upstream = free_port()
    with tempfile.NamedTemporaryFile('w', suffix='.yaml') as file:
        file.write(UPSTREAM.format(upstream=upstream))
        file.flush()
        sidecar = Sidecar(options.apus, '--config', file.name, workers=2)
        try:
            status = storm(options, sidecar, upstream)
        finally:
            sidecar.stop()
    sys.exit(status)


def storm(options, sidecar, upstream):
    outbound, pid = sidecar.outbound, sidecar.process.pid
    number = 1
    apply(sidecar, rules(upstream, number))
    confirmed, ends = multiprocessing.Value('i', number), multiprocessing.Value('i', 0)
    results = multiprocessing.Queue()
    clients = [multiprocessing.Process(target=load, args=(outbound, options.rate / 2, confirmed, ends, results))
               for _ in range(2)]
    for client in clients:
        client.start()
    failures, levels, times = [], [], []
    kept = socket.create_connection(('127.0.0.1', outbound))
    # As many changes before as there are revisions kept: what these take is no leak.
    for turn in range(2 * options.applies):
        if turn % options.applies == 0:
            levels.append(resident(pid))
        number += 1
        start = time.monotonic()
        apply(sidecar, rules(upstream, number))
        times.append(time.monotonic() - start)
        confirmed.value = number
        fresh = socket.create_connection(('127.0.0.1', outbound))
        for name, sock in (('a new connection', fresh), ('a kept connection', kept)):
            sock.sendall(REQUEST)
            try:
                seen = number_of(sock)
                if seen != number:
                    failures.append(f'{name} saw {seen} after {number} was confirmed')
            except Wrong as error:
                failures.append(f'{name}: {error}')
        fresh.close()
        if failures or not all(client.is_alive() for client in clients):
            break
    ends.value = 1
    total, rate = 0, 0
    for _ in clients:
        sent, seconds, problem = results.get(timeout=60)
        total += sent
        rate += sent / max(seconds, 0.001)
        if problem:
            failures.append(problem)
    for client in clients:
        client.join()
    time.sleep(2)
    levels.append(resident(pid))
    if levels[-1][0] > levels[0][0] + 8 * 1024 or levels[-1][1] > levels[-2][1] * 1.25 + 2 * 1024:
        failures.append(f'resident memory went {" -> ".join(str(level) for level in levels)} KiB')
    times.sort()
    print(f'{len(times)} applies, {times[len(times) // 2] * 1000:.1f} ms each (at most {times[-1] * 1000:.0f}), during '
          f'{total} requests at {rate:.0f} a second; memory {levels} KiB')
    for failure in failures[:10]:
        print('FAILED:', failure)
    return 1 if failures else 0


if __name__ == '__main__':
    main()
