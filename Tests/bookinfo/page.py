"""Looks at the page of `apus demo bookinfo` in headless Chromium, before and after rules are applied.

usage: page.py --apus .build/release/apus
"""
import argparse, html.parser, os, re, shutil, signal, subprocess, sys, tempfile, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Page(html.parser.HTMLParser):
    """What a reader sees: the title, the quotes, and the colour of each row of stars."""
    def __init__(self, text):
        super().__init__()
        self.title, self.quotes, self.colours, self.user, self.version = '', 0, [], '', ''
        self.missing = 'class="missing"' in text
        self.inside = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        kinds = (attributes.get('class') or '').split()
        self.inside = 'title' if tag == 'title' else attributes.get('id')
        self.quotes += tag == 'blockquote'
        if 'stars' in kinds:
            self.colours.append(kinds[-1])

    def handle_data(self, data):
        if self.inside in ('title', 'user', 'version'):
            setattr(self, self.inside, getattr(self, self.inside) + data)
        self.inside = None


class Demo:
    def __init__(self, apus):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [apus, 'demo', 'bookinfo', '--port', '0', '--admin-port', '0', '--client-port', '0'],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        guide = ''
        for line in self.process.stdout:
            guide += line
            if 'Ctrl-C ends' in line:
                break
        page = re.search(r'http://(localhost:\d+)/productpage', guide)
        admin = re.search(r'(localhost:\d+)/rules', guide)
        if not page or not admin:
            self.errors.seek(0)
            sys.exit('the demonstration did not start:\n' + guide + self.errors.read().decode())
        self.page, self.admin = page[1], admin[1]

    def apply(self, name):
        with open(os.path.join(ROOT, 'conf', 'bookinfo', name), 'rb') as file:
            request = urllib.request.Request(f'http://{self.admin}/rules', data=file.read(), method='POST')
        urllib.request.urlopen(request, timeout=10).read()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)


class Browser:
    def __init__(self):
        self.binary = shutil.which('chromium') or sys.exit('there is no chromium')
        self.profile = tempfile.mkdtemp()

    def load(self, address):
        command = [self.binary, '--headless', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
                   '--disable-background-networking', '--disable-component-update', '--disable-sync',
                   f'--user-data-dir={self.profile}', '--dump-dom', address]
        if os.getuid() == 0:
            command.insert(1, '--no-sandbox')
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            sys.exit(f'chromium ended with {done.returncode}:\n{done.stderr[-2000:]}')
        return Page(done.stdout)

    def close(self):
        shutil.rmtree(self.profile, ignore_errors=True)


failures = 0


def check(what, fact, seen=''):
    global failures
    failures += not fact
    print(f"{'ok' if fact else 'NOT OK'} - {what}" + ('' if fact else f': {seen}'))


def whole(page, user):
    return page.title == 'Bookinfo: A Year of Swifts' and page.quotes == 2 and not page.missing \
        and page.user.strip() == user


def run(demo, browser):
    def load(user=''):
        return browser.load(f'http://{demo.page}/productpage' + (f'?u={user}' if user else ''))

    colours = {'v1': [], 'v2': ['black', 'black'], 'v3': ['red', 'red']}
    for _ in range(3):
        page = load()
        check(f'without rules: whole, with the stars of reviews {page.version}',
              whole(page, '') and colours.get(page.version) == page.colours, vars(page))
    demo.apply('all-v1.yaml')
    page = load()
    check('all to v1: no stars', whole(page, '') and page.version == 'v1' and not page.colours, vars(page))
    demo.apply('reviews-jason-v2.yaml')
    page = load('jason')
    check('by user: black stars for jason', whole(page, 'jason') and page.colours == ['black'] * 2, vars(page))
    page = load()
    check('by user: no stars for nobody', whole(page, '') and not page.colours, vars(page))
    page = browser.load(f'http://{demo.page}/sign-in?u=jason')
    check('signed in: black stars, from the cookie', whole(page, 'jason') and page.colours == ['black'] * 2, vars(page))
    demo.apply('ratings-abort.yaml')
    page = load('jason')
    check('ratings fail: jason reads so, and has no stars',
          page.quotes == 2 and page.missing and not page.colours, vars(page))
    demo.apply('reviews-v3.yaml')
    page = load('ada')
    check('all to v3: red stars', whole(page, 'ada') and page.colours == ['red'] * 2, vars(page))


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--apus', required=True)
    demo, browser = Demo(options.parse_args().apus), Browser()
    try:
        run(demo, browser)
    finally:
        status = demo.stop()
        browser.close()
    check('the demonstration ends on SIGINT', status == 0, status)
    sys.exit(1 if failures else 0)


main()
