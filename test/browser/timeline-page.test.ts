import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlPage } from '../../core/timeline/html-page.ts';
import { makeStory } from '../../core/timeline/make-story.ts';
import { openHistories } from '../../core/timeline/open-histories.ts';
import { pageStoryOf } from '../../core/timeline/page-story-of.ts';
import { addressOf, exportOf, failover, failoverMs, hostile } from '../timeline/failover.ts';
import { Chromium, makeBrowser, windowSize } from './chromium.ts';

const title = 'node1, node2, node3: a failover';

/** The page of a failover of 200 addresses on three nodes. */
function pageOfFailover(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-test-'));
  const paths = failover(200).map((node) => {
    const path = join(directory, node.name);
    writeFileSync(path, exportOf(node));
    return path;
  });
  const period = { fromMs: failoverMs - 2000, untilMs: failoverMs + 4500, isAligned: false };
  const story = makeStory(openHistories(paths), period);
  rmSync(directory, { recursive: true });
  return htmlPage(pageStoryOf(story, { title, madeBy: 'ctdb-hook 0.1.0', zoneMinutes: 60 }));
}

/** Where screenshots are kept for people to look at. Without it they are only compared. */
const kept = process.env['CTDB_HOOK_SCREENSHOTS'];

function keep(name: string, png: Buffer): void {
  if (kept === undefined) return;
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${name}.png`), png);
}

/** How many colours the chart has. */
const coloursOfChart = `(() => {
  const canvas = document.querySelector('.chart canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
})()`;

const textOf = (selector: string): string =>
  `document.querySelector(${JSON.stringify(selector)}).textContent`;

describe('the page of a takeover in a browser', () => {
  let browser: Chromium;
  const page = pageOfFailover();
  beforeAll(async () => {
    await makeBrowser();
    browser = await Chromium.start();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
  });

  test('200 addresses on 3 nodes open in at most 2 s, and are at most 3 MB', async () => {
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(3_000_000);
    expect(await browser.open(page)).toBeLessThanOrEqual(2_000);
    expect(await browser.evaluate('document.documentElement.dataset.isDrawn')).toBe('yes');
    expect(await browser.evaluate(textOf('h1'))).toBe(title);
  });

  test('it is drawn: a screenshot of the size of the window, with many colours', async () => {
    await browser.open(page);
    const png = await browser.screenshot();
    keep('whole', png);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([windowSize.width, windowSize.height]);
    expect(png.length).toBeGreaterThan(30_000);
    expect(await browser.evaluate<number>(coloursOfChart)).toBeGreaterThan(20);
  });

  test('it loads nothing but itself, and nothing in it is an error', async () => {
    browser.said.length = 0;
    await browser.open(page);
    const requests = browser.said.filter(({ method }) => method === 'Network.requestWillBeSent');
    expect(requests.map(({ params }) => (params['request'] as { url: string }).url)).toEqual([
      'file:///tmp/pages/page.html',
    ]);
    const faults = ['Runtime.exceptionThrown', 'Log.entryAdded', 'Runtime.consoleAPICalled'];
    expect(browser.said.filter(({ method }) => faults.includes(method))).toEqual([]);
  });

  test('what failed stands on top', async () => {
    await browser.open(page);
    expect(await browser.evaluate(textOf('.notes li'))).toBe(
      'FAILED: ipreallocated on node1: ERROR 1 at 50.samba: smbd is not there',
    );
  });

  test('a search finds, counts and leads to each; an empty one shows all again', async () => {
    await browser.open(page);
    await browser.press('/');
    await browser.write(addressOf(7));
    const words = await browser.evaluate<string>(textOf('.count'));
    // It waits for its release and its taking; two entries run at each, and connections are killed. 10.20.0.70 is another address.
    expect(words).toBe('9 found');
    expect(await browser.evaluate<string>(textOf('.tables h2'))).toBe('Found (9)');
    await browser.press('Enter');
    expect(await browser.evaluate(textOf('.count'))).toBe('1 of 9 found');
    expect(await browser.evaluate<string>(textOf('.detail'))).toContain(`releaseip eth0 ${addressOf(7)} 16`);
    await browser.evaluate(`document.querySelector('[title^="the one before"]').click()`);
    expect(await browser.evaluate(textOf('.count'))).toBe('9 of 9 found');
    expect(await browser.evaluate<string>(textOf('.detail'))).toContain(`at takeip eth0 ${addressOf(7)} 16`);
    keep('found', await browser.screenshot());
    await browser.evaluate(`(() => {
      const input = document.querySelector('input');
      input.value = '';
      input.dispatchEvent(new Event('input'));
    })()`);
    expect(await browser.evaluate(textOf('.count'))).toBe('');
  });

  test('what a script said is text, whatever it is', async () => {
    await browser.open(page);
    await browser.press('/');
    await browser.write('smbd is not there');
    await browser.press('Enter');
    const detail = await browser.evaluate<string>(textOf('.detail'));
    expect(detail).toContain(hostile);
    expect(await browser.evaluate('document.images.length')).toBe(0);
    expect(await browser.evaluate('document.title')).toBe(title);
    expect(await browser.evaluate('document.scripts.length')).toBe(2);
    keep('markup', await browser.screenshot());
  });

  test('no other script runs in it, and it reaches nothing', async () => {
    await browser.open(page);
    const added = await browser.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.body.append(script);
      return document.title;
    })()`);
    expect(added).toBe(title);
    expect(await browser.evaluate(`fetch('data:,x').then(() => 'reached', () => 'refused')`)).toBe('refused');
  });

  test('a part that is drawn over with the mouse is shown closer, and 0 shows all again', async () => {
    await browser.open(page);
    const whole = await browser.screenshot();
    const top = await browser.evaluate<number>(
      `document.querySelector('.chart').getBoundingClientRect().top`,
    );
    await browser.drag([600, top + 60], [760, top + 60]);
    const closer = await browser.screenshot();
    keep('closer', closer);
    expect(closer.equals(whole)).toBe(false);
    await browser.press('0');
    await browser.evaluate('document.activeElement.blur()');
    await browser.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 700, y: 5 });
    const again = await browser.evaluate<number>(coloursOfChart);
    await browser.open(page);
    expect(await browser.evaluate<number>(coloursOfChart)).toBe(again);
  });

  test('it is dark where the browser is', async () => {
    await browser.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: 'dark' }],
    });
    await browser.open(page);
    keep('dark', await browser.screenshot());
    expect(await browser.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 27)');
    await browser.send('Emulation.setEmulatedMedia', { features: [] });
  });
});
