#!/usr/bin/env python3
"""Bad rules, one after the other: each is answered 400 with a place, quickly, and changes nothing.

First documents with one fault each, then a hundred mutations of good ones (the same every time), then texts that are
made to cost much: twenty mebibytes of nesting, aliases of aliases, millions of documents.

    bad.py --apus .build/release/apus
"""
import argparse, copy, json, os, random, sys, time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import Sidecar

V1 = 'networking.istio.io/v1'
GOOD = [
    {'apiVersion': V1, 'kind': 'VirtualService', 'metadata': {'name': 'shop'}, 'spec': {
        'hosts': ['shop.example'], 'gateways': ['mesh', 'edge'], 'http': [
            {'name': 'canary', 'match': [{'uri': {'prefix': '/a'}, 'headers': {'x-user': {'exact': 'jason'}}, 'port': 80}],
             'route': [{'destination': {'host': 'shop', 'subset': 'v2', 'port': {'number': 80}}, 'weight': 25},
                       {'destination': {'host': 'shop', 'subset': 'v1'}, 'weight': 75}],
             'timeout': '3s', 'retries': {'attempts': 2, 'perTryTimeout': '1s', 'retryOn': '5xx'},
             'fault': {'delay': {'percentage': {'value': 1.5}, 'fixedDelay': '2s'}},
             'mirrors': [{'destination': {'host': 'copy'}, 'percentage': {'value': 10}}],
             'headers': {'request': {'set': {'x-a': 'b'}}}, 'rewrite': {'uri': '/b'},
             'corsPolicy': {'allowOrigins': [{'exact': 'http://a'}], 'allowMethods': ['GET'], 'maxAge': '10s'}},
            {'redirect': {'uri': '/new', 'redirectCode': 302}}]}},
    {'apiVersion': V1, 'kind': 'DestinationRule', 'metadata': {'name': 'shop'}, 'spec': {
        'host': 'shop', 'trafficPolicy': {
            'connectionPool': {'tcp': {'maxConnections': 10}, 'http': {'http1MaxPendingRequests': 5}},
            'outlierDetection': {'consecutive5xxErrors': 3, 'interval': '5s', 'baseEjectionTime': '30s'},
            'loadBalancer': {'simple': 'LEAST_REQUEST'}},
        'subsets': [{'name': 'v1', 'labels': {'version': 'v1'}}, {'name': 'v2', 'labels': {'version': 'v2'}}]}},
    {'apiVersion': V1, 'kind': 'ServiceEntry', 'metadata': {'name': 'far'}, 'spec': {
        'hosts': ['far.example'], 'resolution': 'STATIC', 'location': 'MESH_EXTERNAL',
        'ports': [{'number': 80, 'name': 'http', 'protocol': 'HTTP'}],
        'endpoints': [{'address': '127.0.0.1', 'ports': {'http': 8080}, 'labels': {'version': 'v1'}, 'weight': 2}]}},
    {'apiVersion': V1, 'kind': 'WorkloadEntry', 'metadata': {'name': 'w'}, 'spec': {
        'address': '127.0.0.1', 'labels': {'app': 'shop'}, 'locality': 'a/b/c', 'weight': 3}},
    {'apiVersion': V1, 'kind': 'Gateway', 'metadata': {'name': 'edge'}, 'spec': {
        'selector': {'istio': 'ingressgateway'},
        'servers': [{'port': {'number': 80, 'name': 'http', 'protocol': 'HTTP'}, 'hosts': ['shop.example']}]}},
    {'apiVersion': V1, 'kind': 'Sidecar', 'metadata': {'name': 's'}, 'spec': {
        'workloadSelector': {'labels': {'app': 'none'}}, 'egress': [{'hosts': ['./*', 'other/x.example']}],
        'outboundTrafficPolicy': {'mode': 'ALLOW_ANY'}}},
]
# Mappings whose keys anybody may choose.
FREE = {'labels', 'headers', 'set', 'ports', 'selector', 'annotations'}


def virtual_service(http, hosts='[a.example]', more=''):
    return (f'apiVersion: {V1}\nkind: VirtualService\nmetadata: {{name: x}}\nspec:\n  hosts: {hosts}\n{more}  http:\n'
            f'  - {http}\n')


ROUTE = 'route: [{destination: {host: a}}]'
FAULTS = {
    'a status that is none': virtual_service(f'{{{ROUTE}, fault: {{abort: {{percentage: {{value: 5}}, httpStatus: 12}}}}}}'),
    'a share above all': virtual_service(f'{{{ROUTE}, fault: {{delay: {{percentage: {{value: 100.5}}, fixedDelay: 1s}}}}}}'),
    'a negative weight': virtual_service('route: [{destination: {host: a}, weight: -1}]'),
    'weights of nothing': virtual_service('route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]'),
    'a bare number as time': virtual_service(f'{{{ROUTE}, timeout: 5}}'),
    'a time too fine': virtual_service(f'{{{ROUTE}, timeout: 1.0005s}}'),
    'a rule that does nothing': virtual_service('match: [{uri: {prefix: /}}]'),
    'route and redirect': virtual_service(f'{{{ROUTE}, redirect: {{uri: /x}}}}'),
    'an expression that is none': virtual_service(f'{{{ROUTE}, match: [{{uri: {{regex: "a(b"}}}}]}}'),
    'an empty prefix': virtual_service(f'{{{ROUTE}, match: [{{headers: {{a: {{prefix: ""}}}}}}]}}'),
    'a port out of range': virtual_service('route: [{destination: {host: a, port: {number: 70000}}}]'),
    'no hosts': virtual_service(ROUTE, hosts='null', more='  gateways: [mesh]\n'),
    'a host that is none': virtual_service(ROUTE, hosts='["a..b"]'),
    'a host twice': virtual_service(ROUTE, hosts='["*.foo.com", a.foo.com]'),
    'everything on the mesh': virtual_service(ROUTE, hosts='["*"]'),
    'a key twice': virtual_service(f'{{{ROUTE}, timeout: 1s, timeout: 2s}}'),
    'two spellings': virtual_service(f'{{{ROUTE}, mirror: {{host: b}}, mirror_percent: 1, mirrorPercent: 2}}'),
    'a field of long ago': virtual_service(f'{{{ROUTE}, websocketUpgrade: true}}'),
    'a field that never was': virtual_service(f'{{{ROUTE}, timeuot: 1s}}'),
    'unknown conditions': virtual_service(f'{{{ROUTE}, retries: {{attempts: 1, retryOn: "5xx,often"}}}}'),
    'two subsets of a name': f'apiVersion: {V1}\nkind: DestinationRule\nmetadata: {{name: x}}\nspec: {{host: a, subsets: '
                             '[{name: v, labels: {a: b}}, {name: v, labels: {a: c}}]}\n',
    'a policy of nothing': f'apiVersion: {V1}\nkind: DestinationRule\nmetadata: {{name: x}}\nspec: {{host: a, trafficPolicy: {{}}}}\n',
    'HTTPS without TLS': f'apiVersion: {V1}\nkind: Gateway\nmetadata: {{name: x}}\nspec: {{servers: [{{port: {{number: 443, '
                         'name: https, protocol: HTTPS}, hosts: ["*"]}]}\n',
    'an address that is none': f'apiVersion: {V1}\nkind: ServiceEntry\nmetadata: {{name: x}}\nspec: {{hosts: [a.b], resolution: '
                               'STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: a.b}]}\n',
    'a kind that is none': f'apiVersion: {V1}\nkind: VirtualServices\nmetadata: {{name: x}}\nspec: {{}}\n',
    'a version that is none': 'apiVersion: networking.istio.io/v7\nkind: VirtualService\nmetadata: {name: x}\nspec: {}\n',
    'no kind': f'apiVersion: {V1}\nmetadata: {{name: x}}\nspec: {{}}\n',
    'no name': f'apiVersion: {V1}\nkind: VirtualService\nmetadata: {{}}\nspec: {{hosts: [a.example], http: [{{{ROUTE}}}]}}\n',
    'a name that is none': f'apiVersion: {V1}\nkind: VirtualService\nmetadata: {{name: a/b}}\nspec: {{hosts: [a.example], http: [{{{ROUTE}}}]}}\n',
    'no document': 'just words\n',
    'no YAML': 'a: [1, 2\nb: }\n',
    'a tab': 'a:\n\tb: 1\n',
    'an alias of nothing': 'a: *b\n',
    'a script that is none': f'apiVersion: {V1}\nkind: EnvoyFilter\nmetadata: {{name: x}}\nspec: {{configPatches: [{{applyTo: HTTP_FILTER, '
                             'match: {context: SIDECAR_OUTBOUND}, patch: {operation: ADD, value: {name: l, typed_config: {"@type": '
                             'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, inlineCode: "function ("}}}}]}\n',
}


def costly():
    """Texts that must be refused quickly, one at a time: each is large."""
    size = 20 << 20
    yield 'nested lists', '[' * size
    yield 'nested mappings', '{a: ' * (size // 4)
    yield 'nested JSON', '{"a":' * (size // 5)
    yield 'an object a line', '{\n' * (size // 2)
    yield 'lists of lists', '- ' * (size // 2)
    yield 'keys of keys', '? ' * (size // 2)
    yield 'deep lines', ''.join(' ' * depth + 'a:\n' for depth in range(6400))
    yield 'nested inside a rule', f'apiVersion: {V1}\nkind: VirtualService\nmetadata: {{name: x}}\nspec: ' + '{http: ' * (size // 7)
    yield 'one document a line', '---\n' * (size // 4) + 'a\n'
    yield 'small documents', 'a\n---\n' * (size // 6)
    yield 'many keys', ''.join(f'k{index}: 1\n' for index in range(size // 12))
    yield 'one long key', 'a' * size + ': 1\n'
    yield 'one long word', 'a' * size
    yield 'quotes', '"' + '\\"' * (size // 2)
    yield 'comments', '# x\n' * (size // 4) + 'a'
    laughs = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n'
    for level in range(1, 30):
        laughs += f'a{level}: &a{level} [' + ', '.join([f'*a{level - 1}'] * 9) + ']\n'
    yield 'aliases of aliases', laughs
    merges = 'a0: &a0 {k0: 1}\n'
    for level in range(1, 200):
        merges += f'a{level}: &a{level} {{<<: [*a{level - 1}, *a{level - 1}], k{level}: 1}}\n'
    yield 'merges of merges', merges
    yield 'aliases of a long text', 'a: &a ' + 'x' * (1 << 20) + '\nb: [' + ', '.join(['*a'] * 100_000) + ']\n'
    yield 'anchors', ''.join(f'- &a{index} x\n' for index in range(size // 14))
    yield 'an alias of itself', 'a: &a [*a]\n'


def places(value, path=(), free=False):
    """Every place inside a document: its way and what is there."""
    yield path, value, free
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, path + (key,), key in FREE and not isinstance(inner, list))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, path + (index,))


def mutation(dice):
    """A good document with one thing in it that cannot be right, and what that is."""
    document = copy.deepcopy(dice.choice(GOOD))
    found = [place for place in places(document['spec'], ('spec',)) if len(place[0]) > 1]
    kind = dice.choice(['unknown field', 'wrong type', 'cut off', 'no kind', 'negative', 'empty list item', 'broken text'])
    if kind == 'unknown field':
        mappings = [place for place in found if isinstance(place[1], dict) and not place[2]]
        path, target, _ = dice.choice(mappings or [(('spec',), document['spec'], False)])
        target[dice.choice(['hots', 'x', 'Spec', 'name2', 'percnt'])] = dice.choice([1, 'a', {}, []])
    elif kind == 'wrong type':
        path, target, _ = dice.choice(found)
        if isinstance(target, dict):
            wrong = dice.choice(['text', 7, True, [['x']]])
        elif isinstance(target, list):
            wrong = dice.choice([7, {'a': 'b'}, True])
        else:
            wrong = dice.choice([{'a': 'b'}, ['x', 'y']])
        put(document, path, wrong)
    elif kind == 'no kind':
        path = ('kind',)
        document['kind'] = dice.choice(['Virtualservice', 'Rule', '', 7, ['VirtualService']])
    elif kind == 'negative':
        numbers = [place for place in found if isinstance(place[1], (int, float)) and not isinstance(place[1], bool)]
        if not numbers:
            return mutation(dice)
        path, _, _ = dice.choice(numbers)
        put(document, path, dice.choice([-1, -1e9, 1e300, 'many']))
    elif kind == 'empty list item':
        lists = [place for place in found if isinstance(place[1], list) and place[1] and isinstance(place[1][0], dict)]
        if not lists:
            return mutation(dice)
        path, target, _ = dice.choice(lists)
        target.append('text')
    text = json.dumps(document, indent=1)
    if kind == 'cut off':
        text, path = text[:dice.randrange(text.index('spec'), len(text) - 1)], ()
    elif kind == 'broken text':
        place = dice.choice([index for index, character in enumerate(text) if character in '{}[],'])
        others = [character for character in '@"{]\x01&`' if character != text[place]]
        text, path = text[:place] + dice.choice(others) + text[place + 1:], ()
    return f'{kind} at {path}', text


def put(document, path, value):
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--apus', required=True)
    parser.add_argument('--mutations', type=int, default=100)
    parser.add_argument('--seconds', type=float, default=10, help='that a refusal may take')
    options = parser.parse_args()
    sidecar = Sidecar(options.apus)
    try:
        failures = test(sidecar, options)
    finally:
        sidecar.stop()
    for failure in failures[:20]:
        print('FAILED:', failure)
    sys.exit(1 if failures else 0)


def test(sidecar, options):
    status, _, body = sidecar.ask('POST', '/rules', '\n---\n'.join(json.dumps(document) for document in GOOD))
    if status != 200:
        return [f'good documents were answered {status}: {body.decode()}']
    before = sidecar.ask('GET', '/rules', accept='application/json')
    failures, slowest = [], (0, '')

    def refused(name, text):
        nonlocal slowest
        start = time.monotonic()
        try:
            # A good document before it: nothing of it may come in, either.
            status, _, body = sidecar.ask('POST', '/rules', text)
        except OSError as error:
            failures.append(f'{name}: {error!r}')
            return
        slowest = max(slowest, (time.monotonic() - start, name))
        if status != 400:
            failures.append(f'{name} was answered {status}: {body[:300].decode(errors="replace")} for {text[:1000]!r}')
            return
        errors = json.loads(body)['errors']
        # The document as a whole has no path.
        if not errors or any(error['line'] < 1 or not error['message'] or not error['path'] and 'missing' not in
                             error['message'] and 'a mapping with apiVersion' not in error['message'] for error in errors):
            failures.append(f'{name} was refused without a place: {body[:300].decode()} for {text[:1000]!r}')

    count = 0
    good = json.dumps({**GOOD[3], 'metadata': {'name': 'new'}})
    for name, text in FAULTS.items():
        refused(name, text)
        refused(name + ', behind a good one', good + '\n---\n' + text)
        count += 2
    dice = random.Random(5)
    for _ in range(options.mutations):
        name, text = mutation(dice)
        refused(name, text)
        count += 1
    quick, slowest = slowest, (0, '')
    for name, text in costly():
        refused(name, text)
        count += 1
        if slowest[0] > options.seconds:
            failures.append(f'{slowest[1]}: refused only after {slowest[0]:.1f} s')
            slowest = (0, '')
    status, _, _ = sidecar.ask('POST', '/rules', b'a: \xff\xfe')
    if status != 400:
        failures.append(f'what is no text was answered {status}')
    status, _, _ = sidecar.ask('POST', '/rules?namespace=a/b', json.dumps(GOOD[0]))
    if status != 400:
        failures.append(f'a namespace that is none was answered {status}')
    after = sidecar.ask('GET', '/rules', accept='application/json')
    if after[2] != before[2] or after[1]['etag'] != before[1]['etag']:
        failures.append('the rules have changed')
    if sidecar.process.poll() is not None:
        failures.append('the proxy is gone')
    print(f'{count} bad texts refused; the slowest took {quick[0] * 1000:.0f} ms ({quick[1]}), of the costly ones '
          f'{slowest[0]:.2f} s ({slowest[1]})')
    return failures


if __name__ == '__main__':
    main()
