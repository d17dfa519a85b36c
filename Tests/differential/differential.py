#!/usr/bin/env python3
"""What Apus accepts and forwards, nginx behind it must read as the same single request.

A seeded generator sends odd requests, many of which carry another request inside. Apus logs what it believed to have
forwarded, nginx what it believed to have been sent; both logs must tell of the same requests with the same methods,
targets, ids and body lengths. A smuggled request is one that only nginx has seen. nginx may refuse what Apus lets through.

    differential.py --apus .build/release/apus --requests 6000
"""
import argparse, collections, json, os, random, socket, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Proxy, free_port

NGINX = '''
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log crit; user root;
events {{ worker_connections 512; }}
http {{
  log_format seen escape=json '{{"method":"$request_method","path":"$request_uri","id":"$http_x_id","length":"$request_length","body":"$request_body","status":"$status","host":"$http_host"}}';
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s; client_body_buffer_size 1m; underscores_in_headers on; ignore_invalid_headers off;
  merge_slashes off; large_client_header_buffers 8 64k; keepalive_requests 100000;
  server {{ listen 127.0.0.1:{port} reuseport; access_log {folder}/seen.log seen;
            location / {{ proxy_pass http://127.0.0.1:{echo}; }} }}
  server {{ listen 127.0.0.1:{echo}; access_log off; location / {{ return 200 "ok"; }} }}
}}
'''
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
                stat_prefix: differential
                http_protocol_options: {{ accept_http_10: true, default_host_for_http_10: old, enable_trailers: true }}
                access_log:
                  - name: envoy.access_loggers.file
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: {folder}/forwarded.log
                      log_format:
                        json_format:
                          method: "%REQ(:METHOD)%"
                          path: "%REQ(:PATH)%"
                          id: "%REQ(X-ID)%"
                          body: "%BYTES_RECEIVED%"
                          host: "%REQ(:AUTHORITY)%"
                          upstream: "%UPSTREAM_HOST%"
                          status: "%RESPONSE_CODE%"
                http_filters: [{{ name: envoy.filters.http.router }}]
                route_config: {{ virtual_hosts: [{{ name: all, domains: ["*"], routes: [{{ match: {{ prefix: / }}, route: {{ cluster: nginx }} }}] }}] }}
  clusters:
    - {{ name: nginx, type: STATIC, connect_timeout: 1s, load_assignment: {{ cluster_name: nginx, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }} }} }}] }}] }} }}
'''


class Generator:
    def __init__(self, seed):
        self.dice = random.Random(seed)

    def one_of(self, *choices):
        return self.dice.choice(choices)

    def maybe(self, share, text):
        return text if self.dice.random() < share else b''

    def inner(self, number):
        return b'GET /smuggled/%d HTTP/1.1\r\nhost: inner\r\nx-id: inner-%d\r\n\r\n' % (number, number)

    def chunked(self, data):
        dice, out = self.dice, b''
        while data:
            size = dice.randrange(1, len(data) + 1)
            digits = self.one_of(b'%x', b'%X', b'0%x', b'0000%x') % size
            extension = self.one_of(b'', b'', b'', b';a=b', b';a="b;c"', b' ;a', b';', b'\t', b' ', b';\r\n', b'\x0b', b',1')
            out += digits + extension + self.one_of(*[b'\r\n'] * 12, b'\n', b'\r') + data[:size]
            out += self.one_of(*[b'\r\n'] * 20, b'\n', b'', b'\r\r\n')
            data = data[size:]
        out += self.one_of(b'0', b'0', b'00', b'0;x=1', b'-0', b'0x0')
        return out + self.one_of(
            b'\r\n\r\n', b'\r\n\r\n', b'\r\n\r\n', b'\r\nx-trailer: 1\r\n\r\n', b'\r\ncontent-length: 5\r\n\r\n',
            b'\r\ntransfer-encoding: chunked\r\n\r\n', b'\n\n', b'\r\n\n')

    def framing(self, data):
        """(fields, body) that may or may not agree."""
        size, dice = len(data), self.dice
        length = b'content-length: %d\r\n' % size
        encoding = self.one_of(
            *[b'transfer-encoding: chunked\r\n'] * 6, b'Transfer-Encoding: Chunked\r\n', b'transfer-encoding:chunked\r\n',
            b'transfer-encoding: \tchunked \r\n', b'transfer-encoding: gzip, chunked\r\n', b'transfer-encoding: chunked, chunked\r\n',
            b'transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n', b'transfer-encoding: identity\r\n',
            b'transfer-encoding: xchunked\r\n', b'transfer-encoding: "chunked"\r\n', b'transfer-encoding : chunked\r\n',
            b'transfer-encoding\x00: chunked\r\n', b' transfer-encoding: chunked\r\n', b'x: y\r\n transfer-encoding: chunked\r\n',
            b'transfer-encoding:\x0bchunked\r\n', b'transfer-encoding: chunked;q=1\r\n', b'transfer_encoding: chunked\r\n',
            b'transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n', b'transfer-encoding:\r\n chunked\r\n',
            b'transfer-encoding: chunk\xc4\x8fed\r\n', b'x-a: b\rtransfer-encoding: chunked\r\n', b'\ntransfer-encoding: chunked\r\n')
        odd_length = self.one_of(
            b'content-length: %d\r\ncontent-length: %d\r\n' % (size, size), b'content-length: %d, %d\r\n' % (size, size),
            b'content-length: +%d\r\n' % size, b'content-length: 0%d\r\n' % size, b'content-length: %d \r\n' % size,
            b'content-length: -%d\r\n' % size, b'content-length: 0x%x\r\n' % size, b'content-length: %d.0\r\n' % size,
            b'content-length : %d\r\n' % size, b'content-length: %d\r\ncontent-length: %d\r\n' % (size, max(size - 1, 0)),
            b'content-length: %d\r\n' % (2**64 + size), b'content_length: %d\r\n' % size, b'content-length:\t%d\t\r\n' % size,
            b'content-length: %d\r\n' % max(size - 3, 0), b'content-length: \r\n', b'Content-Length:%d\r\n' % size)
        kind = dice.randrange(10)
        if kind < 3:
            return length, data
        if kind < 6:
            return encoding, self.chunked(data)
        if kind < 7:
            return odd_length, data
        if kind < 8:
            both = [encoding, self.one_of(length, b'content-length: 3\r\n', odd_length)]
            dice.shuffle(both)
            return b''.join(both), self.one_of(data, self.chunked(data))
        return b'', self.one_of(b'', b'', data)

    def request(self, number):
        dice = self.dice
        method = self.one_of(*[b'GET', b'POST', b'PUT'] * 4, b'HEAD', b'DELETE', b'OPTIONS', b'PATCH', b'FOO', b'post', b'G-T', b'PRI')
        target = self.one_of(
            *[b'/%d'] * 8, b'/%d?a=b&c', b'/%d/../x', b'/%d//y', b'/%d%%2e%%2e', b'/%d/%%00', b'http://other/%d', b'HTTP://other:81/%d?x',
            b'/%d#part', b'/%d/\xc3\xa4', b'//%d', b'/%d?a b', b'/%d;p=1', b'*%d', b'%d', b'/%d\\x', b'/%d/\x7f', b'/%d|"<>^`{}') % number
        version = self.one_of(*[b'HTTP/1.1'] * 14, b'HTTP/1.0', b'HTTP/1.2', b'http/1.1', b'HTTP/1.1 ', b'HTTP/01.1', b'HTTP/2.0', b'HTTP/1.10')
        gap = self.one_of(*[b' '] * 14, b'  ', b'\t', b'\x0b')
        end = self.one_of(*[b'\r\n'] * 20, b'\n', b'\r', b'\r\r\n')
        data = self.one_of(b'', b'hello', b'x' * 300, self.inner(number), b'0\r\n\r\n' + self.inner(number), self.inner(number) * 2)
        fields, payload = self.framing(data)
        host = self.one_of(*[b'host: front\r\n'] * 12, b'', b'host: a\r\nhost: b\r\n', b'host: front:80\r\n', b'host:\r\n', b'host: a b\r\n', b'host: a/b\r\n', b'host: a@b\r\n')
        others = self.maybe(0.3, self.one_of(
            b'x-a: 1\r\n', b'x-a:\r\n', b'x-a: caf\xc3\xa9\r\n', b'x-a: \x01\r\n', b'x-a: a\x00b\r\n', b'x-a : 1\r\n', b'x a: 1\r\n', b': 1\r\n',
            b'x-a: 1\r\n folded\r\n', b'x-a\r\n', b'x_a: 1\r\n', b'x-a: ' + b'z' * 5000 + b'\r\n', b'expect: 100-continue\r\n', b'x-(a): 1\r\n',
            b'connection: content-length\r\n', b'connection: transfer-encoding, x-id\r\n', b'connection: close\r\n', b'te: trailers\r\n',
            b'connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n', b'connection: keep-alive, host\r\n',
            b'x-a: b\ncontent-length: 40\r\n', b'x-a: b\rcontent-length: 40\r\n', b'upgrade: websocket\r\nconnection: upgrade\r\n', b'content-type: text/plain\r\n'))
        if dice.random() < 0.5:
            # Only the framing is odd.
            target, version, gap, end, host, others = b'/%d' % number, b'HTTP/1.1', b' ', b'\r\n', b'host: front\r\n', b''
        parts = [host, b'x-id: id-%d\r\n' % number, fields, others]
        if dice.random() < 0.3:
            dice.shuffle(parts)
        head = self.maybe(0.03, b'\r\n') + method + gap + target + gap + version + end + b''.join(parts) + self.one_of(*[b'\r\n'] * 20, b'\n', b'\r\r\n')
        message = head + payload + self.maybe(0.2, b'GET /next/%d HTTP/1.1\r\nhost: front\r\nx-id: next-%d\r\n\r\n' % (number, number))
        if dice.random() < 0.05:
            at = dice.randrange(len(message))
            message = message[:at] + bytes([dice.randrange(256)]) + message[at + dice.randrange(2):]
        return message


def send(port, message, dice):
    with socket.create_connection(('127.0.0.1', port), timeout=5) as client:
        cut = dice.randrange(len(message)) if dice.random() < 0.2 else len(message)
        try:
            client.sendall(message[:cut])
            if cut < len(message):
                time.sleep(0.001)
                client.sendall(message[cut:])
            client.settimeout(0.03 if dice.random() < 0.9 else 0.2)
            while client.recv(65_536):
                pass
        except OSError:
            pass


def lines(path):
    with open(path, encoding='latin-1') as file:
        return [json.loads(line) for line in file if line.strip()]


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--apus', required=True)
    options.add_argument('--requests', type=int, default=6000)
    options.add_argument('--seed', type=int, default=1)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ports = {'front': free_port(), 'admin': free_port(), 'port': free_port(), 'echo': free_port(), 'folder': folder}
        with open(folder + '/nginx.conf', 'w') as file:
            file.write(NGINX.format(**ports))
        nginx = subprocess.Popen(['nginx', '-c', folder + '/nginx.conf', '-p', folder], stderr=subprocess.DEVNULL)
        while socket.socket().connect_ex(('127.0.0.1', ports['port'])):
            time.sleep(0.05)
        proxy = Proxy(arguments.apus, CONFIGURATION.format(**ports), ports['admin'])
        generator = Generator(arguments.seed)
        sent = {}
        for number in range(arguments.requests):
            sent[number] = generator.request(number)
            send(ports['front'], sent[number], generator.dice)
        alive = proxy.ready() == 200
        status = proxy.stop()
        nginx.terminate()
        nginx.wait()
        forwarded = [line for line in lines(folder + '/forwarded.log') if line['upstream'] not in (None, '-', '')]
        seen = lines(folder + '/seen.log')

    def key(line, length):
        # What is not ASCII, logs write each in their own way.
        return (*(''.join(c for c in line[name] or '-' if ' ' <= c <= '~') for name in ('method', 'path', 'id')), length)

    ours = collections.Counter(key(line, int(line['body'] or 0)) for line in forwarded)
    answered = collections.Counter(key(line, int(line['body'] or 0)) for line in forwarded if line['status'] in (200, '200'))
    theirs = collections.Counter(key(line, len(line['body'])) for line in seen if line['status'] == '200')
    refused = [line for line in seen if line['status'] != '200']
    failures = [f'nginx was sent what Apus did not mean to send: {entry}' for entry in theirs - ours]
    failures += [f'nginx answered, but to something else: {entry}' for entry in answered - theirs]
    # What nginx refused must be something that was sent, too: nothing of a body may be read as a request line.
    heads = {entry[:2] for entry in ours}
    failures += [
        f'nginx read a request line that Apus did not send: {line}' for line in refused
        if line['method'] and line['path'] and key(line, 0)[:2] not in heads]
    if not alive or status != 0 or 'Fatal' in proxy.output:
        failures.append('apus did not survive: ' + proxy.output[-2000:])
    print(f'{arguments.requests} connections; Apus forwarded {sum(ours.values())} requests, nginx read {sum(theirs.values())} '
          f'and refused {len(refused)}')
    for failure in failures[:20]:
        print('FAIL ' + failure)
    if sum(ours.values()) < arguments.requests // 4:
        failures.append('the generator is too odd: hardly anything was forwarded')
        print('FAIL ' + failures[-1])
    print(f'{len(failures)} failures' if failures else 'ok')
    sys.exit(1 if failures else 0)


main()
