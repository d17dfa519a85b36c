#!/usr/bin/env python3
"""Processor time of a proxy for one request, beside its peers on the same work: the figures of the README.

Each proxy forwards to one nginx and is held to one worker on processor 0; the load (wrk) and the nginx share processor 1.
They are driven in turn, round after round, so that a drift of the machine's speed meets them all; the median counts.

    cost.py --apus .build/release/apus [--envoy PATH] [--rounds 5] [--seconds 2]

Needs wrk and nginx, and haproxy if it is to be compared.
"""
import argparse, json, os, re, shutil, signal, socket, statistics, subprocess, tempfile, time

BACKEND, PORTS = 31001, {'apus': 31010, 'envoy': 31020, 'haproxy': 31030}
HEADERS = ['-H', 'x-tenant: acme'] + [word for number in range(9) for word in ('-H', f'x-field-{number}: the value of a field, as long as many')]
UPLOAD = 'wrk.method = "POST" wrk.body = string.rep("x", 65536)'
# Of each: the path, the connections, further arguments of wrk. Paths tell what is done; HAProxy does the plain ones.
SCENARIOS = {'small answers': ('/', 64, []), '8 connections': ('/', 8, []), 'ten more headers': ('/', 64, HEADERS),
             'a Lua script on both ways': ('/scripted', 64, []), 'every request mirrored': ('/mirrored', 64, []),
             '1,000 routes before it': ('/r/999/x', 64, []), '64 KiB answers': ('/64k', 64, []),
             '1 MiB answers': ('/1m', 16, []), '64 KiB uploads': ('/', 64, ['-s', 'upload.lua']),
             '1,000 connections': ('/', 1000, [])}
PLAIN = ('/', '/64k', '/1m')
SCRIPT = '''
function envoy_on_request(handle)
  local headers = handle:headers()
  headers:add("x-seen", headers:get(":path") .. "|" .. (headers:get("x-tenant") or "none"))
end
function envoy_on_response(handle) handle:headers():add("x-filtered", "yes") end
'''
TYPES = 'type.googleapis.com/envoy.extensions.filters.'


def routes():
    """Those that are asked for stand first, so that only who asks for the last of many passes them."""
    main = {'cluster': 'main'}
    script = {'@type': TYPES + 'http.lua.v3.LuaPerRoute', 'source_code': {'inline_string': SCRIPT}}
    yield from ({'match': {'path': path}, 'route': main} for path in PLAIN)
    yield {'match': {'path': '/scripted'}, 'route': main, 'typed_per_filter_config': {'envoy.filters.http.lua': script}}
    yield {'match': {'path': '/mirrored'}, 'route': {**main, 'request_mirror_policies': [main]}}
    yield from ({'match': {'prefix': f'/r/{number}/'}, 'route': main} for number in range(1000))


def bootstrap(port):
    manager = {'@type': TYPES + 'network.http_connection_manager.v3.HttpConnectionManager', 'stat_prefix': 'bench',
               'http_filters': [
                   {'name': 'envoy.filters.http.lua', 'typed_config': {'@type': TYPES + 'http.lua.v3.Lua'}},
                   {'name': 'envoy.filters.http.router', 'typed_config': {'@type': TYPES + 'http.router.v3.Router'}}],
               'route_config': {'virtual_hosts': [{'name': 'all', 'domains': ['*'], 'routes': list(routes())}]}}
    address = lambda number: {'socket_address': {'address': '127.0.0.1', 'port_value': number}}
    limits = {'thresholds': [{'max_connections': 10000, 'max_pending_requests': 10000, 'max_requests': 10000}]}
    return json.dumps({'static_resources': {
        'listeners': [{'name': 'bench', 'address': address(port), 'filter_chains': [{'filters': [
            {'name': 'envoy.filters.network.http_connection_manager', 'typed_config': manager}]}]}],
        'clusters': [{'name': 'main', 'type': 'STATIC', 'connect_timeout': '1s', 'circuit_breakers': limits,
                      'load_assignment': {'cluster_name': 'main', 'endpoints': [{'lb_endpoints': [
                          {'endpoint': {'address': address(BACKEND)}}]}]}}]}})


def nginx(folder):
    for name, size in (('64k', 1 << 16), ('1m', 1 << 20)):
        open(f'{folder}/{name}', 'wb').write(b'x' * size)
    return (f'worker_processes 1; daemon off; error_log {folder}/log crit; pid {folder}/pid; events {{ worker_connections 8192; }}\n'
            f'http {{ access_log off; keepalive_requests 100000000;\n'
            f' client_max_body_size 1m; client_body_buffer_size 1m; server {{ listen 127.0.0.1:{BACKEND}; root {folder};\n'
            f' location / {{ default_type text/plain; return 200 "{"." * 150}"; }}\n'
            f' location = /64k {{ try_files /64k =404; }} location = /1m {{ try_files /1m =404; }} }} }}\n')


def haproxy():
    return (f'global\n  nbthread 1\n  maxconn 5000\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n'
            f'  timeout server 60s\n  http-reuse always\n  option forwardfor\nfrontend f\n  bind 127.0.0.1:{PORTS["haproxy"]}\n'
            f'  default_backend b\nbackend b\n  server s1 127.0.0.1:{BACKEND}\n')


def processor_time(pid):
    fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def await_port(port):
    for _ in range(200):
        try:
            return socket.create_connection(('127.0.0.1', port), .2).close()
        except OSError:
            time.sleep(.05)
    raise SystemExit(f'nothing listens on port {port}')


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('--apus', required=True)
    arguments.add_argument('--envoy')
    arguments.add_argument('--rounds', type=int, default=5)
    arguments.add_argument('--seconds', type=int, default=2)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        commands = {'apus': [options.apus, 'run', '--workers', '1', '--config', f'{folder}/apus.json']}
        if options.envoy:
            commands['envoy'] = [options.envoy, '--concurrency', '1', '-l', 'error', '--base-id', '78', '-c', f'{folder}/envoy.json']
        if shutil.which('haproxy'):
            commands['haproxy'] = ['haproxy', '-f', f'{folder}/haproxy.json']
        for name in commands:
            open(f'{folder}/{name}.json', 'w').write(haproxy() if name == 'haproxy' else bootstrap(PORTS[name]))
        open(f'{folder}/nginx.conf', 'w').write(nginx(folder))
        open(f'{folder}/upload.lua', 'w').write(UPLOAD)
        pinned = lambda core, command: subprocess.Popen(
            ['taskset', '-c', str(core), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running = {'nginx': pinned(1, ['nginx', '-c', f'{folder}/nginx.conf'])}
        try:
            await_port(BACKEND)
            for name, command in commands.items():
                running[name] = pinned(0, command)
                await_port(PORTS[name])
            print(f'{"us of processor time for a request":36}' + ''.join(f'{name:>10}' for name in commands))
            for scenario, (path, connections, more) in SCENARIOS.items():
                able = [name for name in commands if name != 'haproxy' or path in PLAIN]
                costs = {name: [] for name in able}
                for _ in range(options.rounds):
                    for name in able:
                        before = processor_time(running[name].pid)
                        text = subprocess.run(
                            ['taskset', '-c', '1', 'wrk', '-t1', f'-c{connections}', f'-d{options.seconds}s', *more,
                             f'http://127.0.0.1:{PORTS[name]}{path}'], capture_output=True, text=True, cwd=folder).stdout
                        if 'Non-2xx' in text:
                            raise SystemExit(f'{name} did not answer as it should: {text}')
                        requests = int(re.search(r'(\d+) requests in', text).group(1))
                        costs[name].append((processor_time(running[name].pid) - before) / max(requests, 1) * 1e6)
                print(f'{scenario:36}' + ''.join(f'{statistics.median(costs[name]):10.1f}' if name in costs else ' ' * 10 for name in commands), flush=True)
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
            for process in running.values():
                process.wait(10)


if __name__ == '__main__':
    main()
