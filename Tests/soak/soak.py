#!/usr/bin/env python3
"""A bounded soak: mixed methods and sizes, aborts on both sides, upstreams that die and return, reloads all the while.

Each request carries an id and says how its upstream is to behave; each answer must carry the same id and the body that
belongs to it. Requests to `steady` must all succeed; those to `flaky`, whose upstream comes and goes, may fail, but only
with an honest status. Afterwards memory, descriptors and gauges are back where they were.

    soak.py --apus .build/release/apus --seconds 60
"""
import argparse, asyncio, hashlib, os, random, signal, socket, struct, sys, time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Proxy, free_port

CONFIGURATION = '''
admin: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {admin} }} }} }}
static_resources:
  listeners:
    - name: ingress
      address: {{ socket_address: {{ address: 127.0.0.1, port_value: {front} }} }}
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: soak
                http_filters: [{{ name: envoy.filters.http.fault, typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault }} }}, {{ name: envoy.filters.http.router }}]
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: {{ prefix: /flaky/ }}
                          route:
                            cluster: flaky
                            timeout: 5s
                            retry_policy: {{ retry_on: "5xx,reset,connect-failure", num_retries: {retries}, per_try_timeout: 2s }}
                        - match: {{ prefix: /mirrored/ }}
                          route: {{ cluster: steady, timeout: 20s, request_mirror_policies: [{{ cluster: shadow }}] }}
                        - match: {{ prefix: / }}
                          route: {{ cluster: steady, timeout: 20s }}
  clusters:
    - {{ name: steady, type: STATIC, connect_timeout: {connect}s, load_assignment: {{ cluster_name: steady, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {steady} }} }} }} }}] }}] }} }}
    - {{ name: flaky, type: STATIC, connect_timeout: 1s, load_assignment: {{ cluster_name: flaky, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {flaky} }} }} }} }}] }}] }} }}
    - {{ name: shadow, type: STATIC, connect_timeout: 1s, load_assignment: {{ cluster_name: shadow, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {shadow} }} }} }} }}] }}] }} }}
'''
BLOCK = bytes(random.Random(7).randrange(256) for _ in range(1 << 16)) * 8


def body(identity, size):
    """The bytes that belong to a request's id."""
    start = int(hashlib.sha256(identity.encode()).hexdigest()[:4], 16)
    return BLOCK[start:start + size]


def break_off(writer):
    sock = writer.get_extra_info('socket')
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    writer.close()


async def read_head(reader):
    lines = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').split('\r\n')
    fields = {}
    for line in lines[1:-2]:
        name, value = line.split(':', 1)
        fields[name.lower()] = value.strip()
    return lines[0], fields


async def read_body(reader, fields, until_close=False):
    if 'content-length' in fields:
        return await reader.readexactly(int(fields['content-length']))
    if fields.get('transfer-encoding') == 'chunked':
        pieces = []
        while True:
            line = await reader.readline()
            if not line.endswith(b'\n'):
                raise asyncio.IncompleteReadError(line, None)
            size = int(line.split(b';')[0], 16)
            pieces.append(await reader.readexactly(size))
            await reader.readexactly(2)
            if size == 0:
                return b''.join(pieces)
    return await reader.read() if until_close else b''


class Upstream:
    """Does what the path says: /steady/KIND/SIZE."""

    def __init__(self, name):
        self.name, self.port, self.server, self.writers = name, free_port(), None, set()
        self.wrong = []

    async def start(self):
        self.server = await asyncio.start_server(self.serve, '127.0.0.1', self.port, limit=1 << 20, backlog=1024)

    async def die(self):
        self.server.close()
        for writer in list(self.writers):
            break_off(writer)

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while await self.answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    async def answer(self, reader, writer):
        start, fields = await read_head(reader)
        method, path, _ = start.split(' ')
        identity = fields['x-id']
        _, _, kind, size = path.split('/')
        if kind == 'early':
            writer.write(f'HTTP/1.1 413 Too Large\r\nx-id: {identity}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'.encode())
            await writer.drain()
            return False
        received = await read_body(reader, fields)
        if 'x-size' in fields and received != body(identity, int(fields['x-size'])):
            self.wrong.append(f'{self.name} was sent a wrong body with {identity}')
        if kind == 'reset':
            break_off(writer)
            return False
        if kind == 'slow':
            await asyncio.sleep(random.random() / 10)
        data = body(identity, int(size))
        head = f'HTTP/1.1 200 OK\r\nx-id: {identity}\r\n'
        if method == 'HEAD':
            writer.write((head + f'content-length: {len(data)}\r\n\r\n').encode())
        elif kind == 'cut':
            writer.write((head + f'content-length: {len(data) + 10}\r\n\r\n').encode() + data)
            await writer.drain()
            return False
        elif kind == 'chunked':
            writer.write((head + 'transfer-encoding: chunked\r\n\r\n').encode())
            for at in range(0, len(data), 10_000):
                piece = data[at:at + 10_000]
                writer.write(b'%x\r\n%b\r\n' % (len(piece), piece))
                await writer.drain()
            writer.write(b'0\r\n\r\n')
        elif kind == 'close':
            writer.write((head + 'connection: close\r\n\r\n').encode() + data)
            await writer.drain()
            return False
        else:
            writer.write((head + f'content-length: {len(data)}\r\n\r\n').encode() + data)
        await writer.drain()
        return True


class Client:
    """One lane of requests, one after the other on a connection for as long as that lasts."""

    def __init__(self, number, port, counts, failures):
        self.number, self.port, self.counts, self.failures = number, port, counts, failures
        self.dice = random.Random(number)
        self.reader = self.writer = None

    async def run(self, end):
        sent = 0
        while time.monotonic() < end:
            if self.writer is None:
                try:
                    self.reader, self.writer = await asyncio.open_connection('127.0.0.1', self.port, limit=1 << 20)
                except OSError as error:
                    self.failures.append(f'no connection: {error!r}')
                    return
            sent += 1
            try:
                await asyncio.wait_for(self.exchange(f'{self.number}-{sent}'), 25)
            except asyncio.TimeoutError:
                self.failures.append(f'no answer to {self.number}-{sent} within 25 s')
                self.leave()
        self.leave()

    def leave(self, reset=False):
        if self.writer is not None:
            break_off(self.writer) if reset else self.writer.close()
        self.reader = self.writer = None

    async def exchange(self, identity):
        dice = self.dice
        cluster = dice.choices(['steady', 'mirrored', 'flaky'], [5, 2, 2])[0]
        kind = dice.choices(['plain', 'slow', 'chunked', 'close', 'cut', 'reset', 'early'], [30, 6, 12, 6, 2, 2, 1])[0]
        method = dice.choice(['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD'])
        if kind in ('early', 'cut') and method == 'HEAD':
            method = 'GET'
        size = dice.choice([0, 1, 100, 1000, 5000, 20_000, 70_000, 300_000])
        upload = dice.choice([0, 10, 3000, 20_000, 100_000, 300_000]) if method in ('POST', 'PUT') else None
        leaves = dice.random() < 0.04
        head = f'{method} /{cluster}/{kind}/{size} HTTP/1.1\r\nhost: soak\r\nx-id: {identity}\r\n'
        data = b''
        if upload is not None:
            data = body(identity, upload)
            head += f'x-size: {upload}\r\n'
            if dice.random() < 0.5:
                head += f'content-length: {upload}\r\n'
            else:
                head += 'transfer-encoding: chunked\r\n'
                pieces = [data[at:at + 7000] for at in range(0, len(data), 7000)]
                data = b''.join(b'%x\r\n%b\r\n' % (len(piece), piece) for piece in pieces) + b'0\r\n\r\n'
        self.counts['sent'] += 1
        started = False
        try:
            message = head.encode() + b'\r\n' + data
            if leaves:
                self.writer.write(message[:dice.randrange(1, len(message) + 1)])
                await asyncio.sleep(dice.random() / 50)
                self.counts['left'] += 1
                return self.leave(reset=dice.random() < 0.5)
            self.writer.write(message)
            start, fields = await read_head(self.reader)
            started = True
            status = int(start.split(' ')[1])
            until_close = fields.get('connection') == 'close'
            received = b'' if method == 'HEAD' else await read_body(self.reader, fields, until_close)
            self.judge(identity, cluster, kind, status, fields, received, method, size)
            if fields.get('connection') == 'close':
                self.leave()
        except (OSError, asyncio.IncompleteReadError) as error:
            self.leave()
            if kind in ('cut', 'early') or (cluster == 'flaky' and started):
                self.counts['broken off'] += 1
            else:
                self.failures.append(f'{identity} /{cluster}/{kind}/{size} {method}: {error!r}')

    def judge(self, identity, cluster, kind, status, fields, received, method, size):
        name = f'{identity} /{cluster}/{kind}/{size} {method}'
        if status == 200:
            if fields.get('x-id') != identity:
                self.failures.append(f'{name}: the answer to {fields.get("x-id")}')
            elif method != 'HEAD' and received != body(identity, size):
                self.failures.append(f'{name}: a wrong body of {len(received)} bytes')
            else:
                self.counts['answered'] += 1
        elif status == 413 and kind == 'early' and fields.get('x-id') == identity:
            self.counts['answered early'] += 1
        elif status in (503, 504) and (cluster == 'flaky' or kind in ('reset', 'early')):
            self.counts['failed honestly'] += 1
        else:
            self.failures.append(f'{name}: {status} {received[:120]!r}')


async def trouble(flaky, end):
    while time.monotonic() < end - 3:
        await asyncio.sleep(2)
        await flaky.die()
        await asyncio.sleep(0.7)
        await flaky.start()


async def reloads(proxy, text, end, counts):
    number = 0
    while time.monotonic() < end:
        number += 1
        proxy.write(text(number))
        proxy.process.send_signal(signal.SIGHUP)
        counts['reloads'] += 1
        await asyncio.sleep(0.4)


async def readiness(proxy, end, failures, samples):
    while time.monotonic() < end:
        status = await asyncio.to_thread(proxy.ready)
        if status != 200:
            failures.append(f'/ready said {status}')
        if proxy.process.poll() is not None:
            return
        samples.append(proxy.resident_kib())
        await asyncio.sleep(0.25)


async def soak(arguments):
    steady, flaky, shadow = Upstream('steady'), Upstream('flaky'), Upstream('shadow')
    for upstream in (steady, flaky, shadow):
        await upstream.start()
    front, admin = free_port(), free_port()

    def text(number):
        # Each turn replaces the steady cluster, or a route, or nothing.
        return CONFIGURATION.format(
            admin=admin, front=front, steady=steady.port, flaky=flaky.port, shadow=shadow.port,
            connect=5 + number // 2 % 2, retries=1 + number % 2)

    proxy = await asyncio.to_thread(Proxy, arguments.apus, text(0), admin)
    counts = dict.fromkeys(['sent', 'answered', 'answered early', 'failed honestly', 'broken off', 'left', 'reloads'], 0)
    failures, samples = [], []
    before = proxy.descriptors()
    end = time.monotonic() + arguments.seconds
    clients = [Client(number, front, counts, failures) for number in range(arguments.clients)]
    await asyncio.gather(
        *(client.run(end) for client in clients), trouble(flaky, end), reloads(proxy, text, end, counts),
        readiness(proxy, end, failures, samples))

    if proxy.process.poll() is not None:
        proxy.log.seek(0)
        print(proxy.log.read().decode(errors='replace')[-6000:])
        print(f'FAIL apus ended by itself with {proxy.process.returncode}')
        return 1
    gauges = r'(downstream_(rq|cx)|upstream_rq|upstream_rq_pending|mirror)_active$'
    deadline = time.monotonic() + 30
    left = {}
    while time.monotonic() < deadline:
        left = {name: value for name, value in (await asyncio.to_thread(proxy.stats, gauges)).items() if value != 0}
        if not left:
            break
        await asyncio.sleep(0.2)
    if left:
        failures.append(f'not back to 0: {left}')
    pooled = sum((await asyncio.to_thread(proxy.stats, 'upstream_cx_active$')).values())
    after = proxy.descriptors()
    if after > before + pooled + 4:
        failures.append(f'{before} descriptors before, {after} after, {pooled} of them pooled')
    # The first third warms pools and the allocator up.
    third = len(samples) // 3
    early, late = max(samples[third:third + third // 2 + 1]), max(samples[-(third // 2 + 1):])
    if late > early * 1.25 + 8 * 1024:
        failures.append(f'memory grew from {early} to {late} KiB')
    updates = proxy.stats('server.reload_').items()
    failures += [f'{name} is {value}' for name, value in updates if name == 'server.reload_failure' and value]
    failures += steady.wrong + shadow.wrong
    mirrors = proxy.stats('shadow.mirror_')
    status = await asyncio.to_thread(proxy.stop)
    if status != 0:
        failures.append(f'apus ended with {status}: {proxy.output[-2000:]}')
    if 'Fatal' in proxy.output or 'Crash' in proxy.output:
        failures.append(proxy.output[-2000:])
    print(', '.join(f'{value} {name}' for name, value in counts.items()))
    print(f'memory {min(samples)}..{max(samples)} KiB, descriptors {before} -> {after}, mirrors {mirrors}')
    for failure in failures[:20]:
        print('FAIL ' + failure)
    print(f'{len(failures)} failures' if failures else 'ok')
    return 1 if failures else 0


options = argparse.ArgumentParser()
options.add_argument('--apus', required=True)
options.add_argument('--seconds', type=float, default=60)
options.add_argument('--clients', type=int, default=40)
sys.exit(asyncio.run(soak(options.parse_args())))
