#!/usr/bin/env python3
"""Draws a report in headless Chromium and checks what the page says of itself.

    browser_test.py PROGRAM FOLDER     trains a tiny run in FOLDER, reports it, and looks at the page
    browser_test.py --page REPORT.html [--shots FOLDER]     looks at a page that is there; screenshots into FOLDER

Exit code 77 (skipped) where Chromium is not installed. The browser is spoken to through the DevTools protocol on a
pipe: what it logs, what it loads and how wide the page is come from there.
"""
import base64
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
PHONE = (390, 844)
DESK = (1280, 900)


class Browser:
    """Headless Chromium without a network. Messages are JSON, each ended by a zero byte."""

    def __init__(self, program, profile):
        command_end, self.writes = os.pipe()
        self.reads, answer_end = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4, so these two must not be in the way.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (command_end, answer_end)]
        launcher = f'exec "$@" 3<&{ends[0]} 4>&{ends[1]}'
        self.process = subprocess.Popen(
            ['bash', '-c', launcher, 'bash', program, '--headless', '--no-sandbox', '--disable-gpu',
             '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND', f'--user-data-dir={profile}',
             '--remote-debugging-pipe'],
            pass_fds=ends, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in (command_end, answer_end, *ends):
            os.close(end)
        self.number, self.buffer, self.events, self.session = 0, b'', [], None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')

    def close(self):
        self.process.kill()
        self.process.wait()

    def receive(self, seconds=60):
        end = time.monotonic() + seconds
        while b'\0' not in self.buffer:
            if not select.select([self.reads], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError('Chromium does not answer')
            part = os.read(self.reads, 1 << 20)
            if not part:
                raise RuntimeError('Chromium ended')
            self.buffer += part
        message, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.writes, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.receive()
            if answer.get('id') != self.number:
                self.events.append(answer)
            elif 'error' in answer:
                raise RuntimeError(f'{method}: {answer["error"]}')
            else:
                return answer['result']

    def wait_for(self, event):
        while not any(seen.get('method') == event for seen in self.events):
            self.events.append(self.receive())

    def value(self, expression):
        return self.call('Runtime.evaluate', expression=expression, returnByValue=True)['result'].get('value')

    def open(self, page, size, theme):
        """Loads the page anew; the events of this load are in self.events."""
        self.call('Emulation.setDeviceMetricsOverride', width=size[0], height=size[1], deviceScaleFactor=1,
                  mobile=size == PHONE)
        self.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': theme}])
        self.events = []
        self.call('Page.navigate', url=pathlib.Path(page).resolve().as_uri())
        self.wait_for('Page.loadEventFired')

    def screenshot(self, path):
        shot = self.call('Page.captureScreenshot', captureBeyondViewport=True)
        pathlib.Path(path).write_bytes(base64.b64decode(shot['data']))


def problems_of(browser, page, size, theme):
    """What is wrong with the page at this size in this theme."""
    browser.open(page, size, theme)
    found = []
    for event in browser.events:
        method, parameters = event.get('method'), event.get('params', {})
        if method == 'Runtime.exceptionThrown':
            found.append('exception: ' + json.dumps(parameters['exceptionDetails'])[:400])
        elif method == 'Log.entryAdded' and parameters['entry']['level'] in ('error', 'warning'):
            found.append('log: ' + parameters['entry']['text'])
        elif method == 'Runtime.consoleAPICalled' and parameters['type'] in ('error', 'warning'):
            found.append('console: ' + json.dumps(parameters['args'])[:400])
        elif method == 'Network.requestWillBeSent' and not parameters['request']['url'].startswith(('file:', 'data:')):
            found.append('request: ' + parameters['request']['url'])
    counts = browser.value('({...document.documentElement.dataset})')
    if int(counts.get('errors', -1)) != 0:
        found.append(f'the page counts errors: {counts}')
    if not 0 < int(counts.get('charts', 0)) == int(counts.get('chartsDrawn', -1)):
        found.append(f'not every chart is drawn: {counts}')
    width = browser.value('document.documentElement.scrollWidth')
    if width > size[0]:
        found.append(f'the page is {width} pixels wide')
    return [f'{size[0]} pixels, {theme}: {problem}' for problem in found]


def problems_of_zoom(browser):
    """A drag shows a part of a chart, a double click the whole; the sliders' pictures change. On the page that is open."""
    found = []
    browser.value("document.querySelector('figure.chart canvas').scrollIntoView({block: 'center', behavior: 'instant'})")
    box = browser.value("(r => [r.left, r.top, r.width, r.height])"
                        "(document.querySelector('figure.chart canvas').getBoundingClientRect())")
    scale = "(s => [s.min, s.max])(Chart.getChart(document.querySelector('figure.chart canvas')).scales.x)"

    def mouse(kind, part, clicks=1):
        browser.call('Input.dispatchMouseEvent', type=kind, x=box[0] + part * box[2], y=box[1] + 0.5 * box[3],
                     button='left', buttons=1, clickCount=clicks)

    whole = browser.value(scale)
    mouse('mousePressed', 0.4)
    mouse('mouseMoved', 0.6)
    mouse('mouseReleased', 0.6)
    part = browser.value(scale)
    if not whole[0] < part[0] < part[1] < whole[1]:
        found.append(f'a drag does not zoom: {whole} became {part}')
    for clicks in (1, 2):
        mouse('mousePressed', 0.5, clicks)
        mouse('mouseReleased', 0.5, clicks)
    if browser.value(scale) != whole:
        found.append(f'a double click does not show the whole: {browser.value(scale)}')
    return found


def look_at(program, page, shots):
    problems = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            for size, theme in ((PHONE, 'light'), (PHONE, 'dark'), (DESK, 'dark'), (DESK, 'light')):
                problems += problems_of(browser, page, size, theme)
                if shots:
                    browser.screenshot(f'{shots}/{size[0]}-{theme}.png')
            problems += problems_of_zoom(browser)
        finally:
            browser.close()
    return problems


def tiny_report(mdsm, folder):
    """The report of a run of a few updates that is compared with itself."""
    experiment = pathlib.Path(__file__).parents[2] / 'experiments' / 'mnist-quick.toml'
    settings = ['train.batch=8', 'energy.width=4', 'train.steps=6', 'train.log_every=1', 'train.evaluate_every=2',
                'train.evaluate_count=8', 'train.sample_every=3', 'train.sample_count=4', 'train.checkpoint_every=6']
    run, page = folder / 'run <b>', folder / 'report.html'
    subprocess.run([mdsm, 'train', experiment, '-q', '-o', run] + [part for one in settings for part in ('--set', one)],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([mdsm, 'report', run, '-q', '-n', '16', '--samples', '8', '--chain', 'own', '--compare', run, '-o',
                    page], check=True, stdout=subprocess.DEVNULL)
    return page


def main():
    chromium = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
    if not chromium:
        print('skipped: Chromium is not installed (tools/apt-packages-test.txt)')
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        arguments = sys.argv[1:]
        page = arguments[1] if arguments[0] == '--page' else tiny_report(arguments[0], pathlib.Path(folder))
        shots = arguments[3] if len(arguments) > 3 else None
        problems = look_at(chromium, page, shots)
    print('\n'.join(problems) if problems else 'no errors, every chart drawn, no requests, fits a phone')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
