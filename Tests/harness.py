"""A running Apus, for the tests that are not written in Swift. Standard library only."""
import http.client, os, re, signal, socket, subprocess, sys, tempfile, time, urllib.error, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def ready_configuration(name, ports):
    """A file of conf/ with other ports: {10000: 34567, ...}."""
    with open(os.path.join(ROOT, 'conf', name)) as file:
        return re.sub(r'port_value: (\d+)', lambda m: f'port_value: {ports.get(int(m[1]), int(m[1]))}', file.read())


class Sidecar:
    """An Apus that is there for rules; more options of `apus run` may be given."""

    def __init__(self, binary, *options, workers=1):
        self.outbound, self.admin = free_port(), free_port()
        self.process = subprocess.Popen(
            [binary, 'run', '--outbound', f'127.0.0.1:{self.outbound}', '--admin', f'127.0.0.1:{self.admin}',
             '--workers', str(workers), '--log-level', 'error', *options])
        end = time.monotonic() + 30
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                sys.exit('apus did not start')
            time.sleep(0.02)

    def is_ready(self):
        try:
            return self.ask('GET', '/ready')[0] == 200
        except OSError:
            return False

    def ask(self, method, path, body=None, **headers):
        """Asks the admin server: status, headers and body of its answer."""
        connection = http.client.HTTPConnection('127.0.0.1', self.admin, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Proxy:
    def __init__(self, binary, configuration, admin, workers=2, wrapper=()):
        handle, self.path = tempfile.mkstemp(suffix='.yaml')
        os.close(handle)
        self.admin_port = admin
        self.write(configuration)
        self.log = tempfile.TemporaryFile()
        command = [*wrapper, binary, 'run', '--config', self.path, '--workers', str(workers), '--drain-time', '2']
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 60
        while self.ready() != 200:
            if self.process.poll() is not None or time.monotonic() > end:
                self.log.seek(0)
                sys.exit('apus did not start:\n' + self.log.read().decode())
            time.sleep(0.05)

    @property
    def pid(self):
        return self.process.pid

    def write(self, configuration):
        """All at once, as an editor would: a half-written file is never read."""
        with open(self.path + '.new', 'w') as file:
            file.write(configuration)
        os.replace(self.path + '.new', self.path)

    def get(self, path):
        with urllib.request.urlopen(f'http://127.0.0.1:{self.admin_port}{path}', timeout=10) as answer:
            return answer.read().decode()

    def ready(self):
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{self.admin_port}/ready', timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def stats(self, pattern):
        lines = self.get(f'/stats?filter={pattern}').splitlines()
        return {name: int(value) for name, value in (line.rsplit(': ', 1) for line in lines) if value.isdigit()
                or value.lstrip('-').isdigit()}

    def reload(self, configuration):
        """Edits the file, sends SIGHUP and waits until the new configuration is in effect."""
        before = self.reloads()
        self.write(configuration)
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while self.reloads() == before:
            if time.monotonic() > end:
                sys.exit('the reload did not happen')
            time.sleep(0.02)

    def reloads(self):
        return self.stats('server.reload_success')['server.reload_success']

    def resident_kib(self):
        with open(f'/proc/{self.pid}/status') as file:
            return int(re.search(r'VmRSS:\s+(\d+)', file.read())[1])

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.pid}/fd'))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.log.seek(0)
        self.output = self.log.read().decode(errors='replace')
        os.unlink(self.path)
        return status
