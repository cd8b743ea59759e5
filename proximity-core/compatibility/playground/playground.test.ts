import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { buildPlayground, type OpenOptions, type OpenPage, type Playground, whyNoChromium } from './open-page.js';
import { replayText } from './replay-text.js';

interface CoreScript {
  readonly coreFiles: () => readonly { readonly name: string; readonly code: string }[];
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const isSkipped = mustSkip('playground', whyNotInstalled('playground') ?? whyNoChromium());
/** Of the silence, and of a call's deadline in real time; a loaded machine has some more. */
const DECIDED_LIMIT_MS = 15_000;
const places = ['at-desk', 'next-desk', 'across', 'next-room', 'corridor', 'outside'];

describe.skipIf(isSkipped)('the playground in headless Chromium', () => {
  let playground: Playground;
  let opened: OpenPage | undefined;

  beforeAll(async () => {
    playground = await buildPlayground();
  });
  afterAll(() => playground?.close());
  afterEach(async () => {
    await opened?.page.close();
    opened = undefined;
  });
  const open = async (options?: OpenOptions): Promise<OpenPage> => {
    opened = await playground.open(options);
    return opened;
  };

  it('holds the core as it was built, byte for byte', async () => {
    const { coreFiles } = (await import(
      pathToFileURL(join(root, 'hil-tests/src/playground/core-script.mjs')).href
    )) as CoreScript;
    const text = readFileSync(playground.file, 'utf8');
    const files = coreFiles();
    expect(files.reduce((sum, { code }) => sum + code.length, 0)).toBeGreaterThan(50_000);
    for (const { name, code } of files) {
      expect(readFileSync(join(root, 'proximity-core', name), 'utf8').startsWith(code)).toBe(true);
      expect(text.split(code)).toHaveLength(2);
    }
  });

  it('decides every call as the core does in Node, wherever the phone is', async () => {
    const { page, textOf, save, complaints } = await open();
    await page.click('#at-once');
    const profile = await save('#save-profile', 'profile.json');
    const decisions: string[] = [];
    for (const pose of ['hand', 'pocket']) {
      await page.select('#pose', pose);
      for (const place of places) {
        await page.select('#place', place);
        await page.click('#call');
        const name = `c-${String(decisions.length + 1).padStart(4, '0')}`;
        const { call, text } = replayText(await save('#save-trace', `${name}.trace.jsonl`), profile);
        expect(await textOf('#decision')).toBe(text);
        expect(call.call).toBe(name);
        decisions.push(call.decision);
      }
    }
    // The seed is fixed: silent in the hand at the desk, a pocket is doubt enough; out of earshot never.
    const at = (place: string): readonly string[] => decisions.filter((_, i) => places[i % places.length] === place);
    expect(at('at-desk')).toEqual(['silence', 'ring']);
    for (const place of ['across', 'next-room', 'corridor', 'outside']) expect(at(place)).toEqual(['ring', 'ring']);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['forger', 'Rings', 'somebody replays a recording'],
    ['unplugged', 'Rings', 'the own desk was not'],
    ['bluetooth-off', 'Rings', 'Bluetooth is switched off'],
  ])('rings with the option %s', async (option, verb, why) => {
    const { page, textOf } = await open();
    await page.click('#at-once');
    await page.click(`#${option}`);
    await page.click('#call');
    expect(await textOf('#decision')).toMatch(new RegExp(`^${verb} after .*${why}`));
    expect([await textOf('#desk-state'), await textOf('#mobile-state')]).toEqual(['rings', 'rings']);
  });

  it('lets the evidence grow and the decision fall as time passes, and rings when nobody has answered', async () => {
    const { page, textOf, ask, complaints } = await open();
    await page.select('#place', 'next-desk');
    await page.click('#call');
    expect(await textOf('#news')).toBe('A call comes in. The desk phone rings; the mobile holds its ring and listens.');
    await page.waitForFunction("document.querySelector('#decision').dataset.state", { timeout: DECIDED_LIMIT_MS });
    expect(await textOf('#news')).toBe(await textOf('#decision'));
    await page.select('#place', 'at-desk');
    await page.click('#call');
    await page.waitForFunction("document.querySelector('#decision').dataset.state === 'silence'", {
      timeout: DECIDED_LIMIT_MS,
    });
    expect(await textOf('#mobile-state')).toMatch(/^stays quiet, rings in [78]\.\d\ss$/);
    await page.click('#pass-time');
    expect(await textOf('#mobile-state')).toBe('rings');
    expect(await textOf('#decision')).toMatch(/; rang at 8\.\d\d s: Nobody answered within the time/);
    expect(await ask('document.activeElement.id')).toBe('call');
    await page.click('#answer-mobile');
    expect([await textOf('#desk-state'), await textOf('#mobile-state')]).toEqual(['quiet', 'answered']);
    expect(complaints).toEqual([]);
  });

  it('moves the phone by mouse, by finger and by key, and says where it is', async () => {
    const { page, textOf, ask } = await open({ hasTouch: true });
    const box = (selector: string): Promise<{ x: number; y: number; width: number; height: number }> =>
      ask(`document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().toJSON()`);
    const grip = async (): Promise<{ x: number; y: number }> => {
      const { x, y, width, height } = await box('#phone');
      return { x: x + width / 2, y: y + height / 2 };
    };
    const plan = await box('#plan-picture');
    expect(await textOf('#where')).toBe('The mobile is at your desk, 0.5 m from your desk phone.');
    const start = await grip();
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(plan.x + 0.3 * plan.width, plan.y + 0.9 * plan.height, { steps: 4 });
    await page.mouse.up();
    expect(await textOf('#where')).toMatch(/^The mobile is in the next room, \d\.\d m .* a wall of 6 dB between\.$/);
    const held = await grip();
    await page.touchscreen.touchStart(held.x, held.y);
    await page.touchscreen.touchMove(plan.x + 0.8 * plan.width, plan.y + 0.5 * plan.height);
    await page.touchscreen.touchEnd();
    expect(await textOf('#where')).toMatch(/^The mobile is in the corridor/);
    await page.select('#place', 'at-desk');
    await ask("document.querySelector('#phone').focus()");
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowDown');
    expect(await textOf('#where')).toMatch(/0\.6 m from your desk phone\.$/);
    await page.keyboard.down('Shift');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.up('Shift');
    expect(await textOf('#where')).toMatch(/0\.6 m|0\.7 m/);
    expect(await ask("document.querySelector('#place').value")).toBe('free');
    await page.waitForFunction("document.querySelector('#news').textContent.startsWith('The mobile is at your desk')", {
      timeout: 5_000,
    });
  });

  it('reads a trace that is dropped with its profile, and steps through it to the same decision', async () => {
    const { page, textOf, ask, save, complaints } = await open();
    await page.click('#at-once');
    await page.select('#place', 'next-room');
    await page.click('#call');
    const trace = await save('#save-trace', 'c-0001.trace.jsonl');
    const profile = await save('#save-profile', 'profile.json');
    await ask(dropOf({ 'profile.json': profile, 'mine.trace.jsonl': trace }));
    await page.waitForFunction("document.querySelector('#trace-source').textContent.startsWith('File mine')", {
      timeout: 5_000,
    });
    const { call, text } = replayText(trace, profile);
    expect(await textOf('#trace-decision')).toBe(text);
    expect(await textOf('#news')).toBe(text);
    expect(await textOf('#so-far')).toMatch(/^Decided: ring\./);
    expect(await textOf('#trace-pictures')).toContain(`rings at ${(call.decidedAtMs / 1000).toFixed(2)} s`);
    await ask("document.querySelector('#event').focus()");
    await page.keyboard.press('Home');
    expect(await textOf('#event-text')).toMatch(
      /^Event 1 of \d+, 0\.00 s: A call comes in → hold the ring, start to scan/,
    );
    expect(await textOf('#so-far')).toBe('Not decided yet.');
    await page.keyboard.press('ArrowRight');
    expect(await textOf('#event-text')).toMatch(/^Event 2 of /);
    await page.click('#next');
    expect(await ask("document.querySelector('#event').getAttribute('aria-valuetext')")).toMatch(/^3 of /);
    expect(complaints).toEqual([]);
  });

  it('asks for the profile of advertisements, and takes it afterwards from the chooser', async () => {
    const { page, textOf, ask, save } = await open();
    await page.click('#at-once');
    await page.click('#call');
    const trace = await save('#save-trace', 'c-0001.trace.jsonl');
    const profile = await save('#save-profile', 'profile.json');
    const files = { trace: join(playground.folder, 'kept.trace.jsonl'), profile: join(playground.folder, 'kept.json') };
    await writeFile(files.trace, trace);
    await writeFile(files.profile, profile);
    await (await page.$('#file'))?.uploadFile(files.trace);
    await page.waitForFunction("document.querySelector('#trace-source').textContent.startsWith('File kept')", {
      timeout: 5_000,
    });
    expect(await ask("document.querySelector('#needs-profile').hidden")).toBe(false);
    await (await page.$('#file'))?.uploadFile(files.profile);
    await page.waitForFunction("document.querySelector('#needs-profile').hidden", { timeout: 5_000 });
    expect(await textOf('#trace-decision')).toBe(replayText(trace, profile).text);
  });

  it('names the lines that are wrong and what was expected there', async () => {
    const { page, textOf, ask } = await open();
    const header = '{"deskbeacon":"trace","version":1,"call":"odd","desks":["d-1"]}';
    await ask(dropOf({ 'odd.trace.jsonl': `${header}\n{"t":0,"event":"call"}\n{"t":5,"event":"sneeze"}\nnonsense\n` }));
    await page.waitForFunction("!document.querySelector('#faults').hidden", { timeout: 5_000 });
    expect(await textOf('#fault-list')).toBe(
      'Line 3: event: unknown event "sneeze"{"t":5,"event":"sneeze"}Line 4: not JSON: expected one object a linenonsense',
    );
    expect(await textOf('#news')).toContain('Line 3: event: unknown event');
  });

  it('is walked from end to end with the keyboard alone, each stop with a name and a visible focus', async () => {
    const { page, ask, textOf } = await open();
    const stops: string[] = [];
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      const stop = await ask<string | null>(FOCUSED);
      if (stop === null) break;
      stops.push(stop);
      if (stop.startsWith('phone ')) await page.keyboard.press('ArrowUp');
      if (stop.startsWith('at-once ')) await page.keyboard.press('Space');
    }
    // In the order of the page, and nothing that a mouse can do is left out.
    const ids = stops.map((stop) => stop.split(' ')[0]);
    expect(ids.slice(0, 6)).toEqual(['skip', 'skip', 'phone', 'place', 'pose', 'call']);
    for (const id of ['forger', 'seed', 'save-profile', 'file', 'sample-forged', 'event', 'previous', 'play']) {
      expect(ids).toContain(id);
    }
    expect(stops.filter((stop) => !/ "[^"]+" outlined$/.test(stop))).toEqual([]);
    await ask("document.querySelector('#call').focus()");
    await page.keyboard.press('Enter');
    expect(await textOf('#decision')).toMatch(/^(Silent|Rings) after /);
    for (let i = 0; i < 40 && (await ask('document.activeElement.id')) !== 'sample-forged'; i += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    expect(await textOf('#trace-decision')).toContain('somebody replays a recording');
  });

  it('tells a screen reader every control and picture by name', async () => {
    const { page, ask, tree } = await open();
    await page.click('#at-once');
    await page.click('#call');
    await ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    const nodes = await tree();
    const named = ['button', 'checkbox', 'combobox', 'spinbutton', 'slider', 'image', 'img', 'table', 'region', 'link'];
    const found = nodes.filter(({ role }) => named.includes(role?.value ?? ''));
    expect(found.length).toBeGreaterThan(30);
    expect(found.filter(({ name }) => (name?.value ?? '') === '').map(({ role }) => role?.value)).toEqual([]);
    const names = found.map(({ name }) => name?.value ?? '');
    expect(names).toContain('The mobile, at your desk, 0.5 m from your desk phone');
    expect(names.some((name) => /^Evidence over time\. .*Decision: silence after \d\.\d\d s\.$/.test(name))).toBe(true);
    expect(names.some((name) => /^Levels over time\. Your desk d-15: \d+ packets/.test(name))).toBe(true);
    const headings = nodes.filter(({ role }) => role?.value === 'heading').map(({ name }) => name?.value);
    expect(headings).toEqual([
      'Deskbeacon playground',
      'Carry a phone through an office',
      'The last call',
      'Look into a trace',
    ]);
  });

  describe.each([320, 768, 1280])('at %i px', (widthPx) => {
    it.each([
      false,
      true,
    ])('has nothing that axe objects to and nothing to scroll sideways (dark: %s)', async (isDark) => {
      const { page, ask, violations, complaints } = await open({ widthPx, isDark });
      await page.click('#at-once');
      await page.click('#call');
      await page.screenshot({ path: shotPath(playground.folder, widthPx, isDark), fullPage: true });
      await ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      await ask(
        dropOf({ 'odd.trace.jsonl': `{"deskbeacon":"trace","version":1,"call":"${'w'.repeat(300)}"}\nnonsense\n` }),
      );
      await page.waitForFunction("!document.querySelector('#faults').hidden", { timeout: 5_000 });
      expect(await ask('document.documentElement.scrollWidth')).toBe(widthPx);
      expect(await violations()).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  it('is held to rules that find a button without a name, grey on grey, and a page that is too wide', async () => {
    const { ask, violations } = await open({ widthPx: 320 });
    await ask("document.querySelector('#call').textContent = ''");
    await ask("document.querySelector('header p').style.color = 'rgb(200, 200, 200)'");
    await ask("document.querySelector('#where').append('w'.repeat(300))");
    const rules = (await violations()).map((violation) => violation.split(':')[0]);
    expect(rules).toEqual(expect.arrayContaining(['button-name', 'color-contrast']));
    expect(await ask('document.documentElement.scrollWidth')).toBeGreaterThan(320);
  });

  it('could reach nobody if it tried: its policy refuses, and these tests would see it', async () => {
    const { ask, complaints } = await open();
    const outcome = await ask("fetch('https://example.invalid/').then(() => 'sent', () => 'refused')");
    expect(outcome).toBe('refused');
    expect(complaints.some((complaint) => complaint.includes('Content Security Policy'))).toBe(true);
  });
});

/** Screenshots go beside the page; `DESKBEACON_SCREENSHOTS` keeps them in a folder to look at. */
function shotPath(folder: string, widthPx: number, isDark: boolean): string {
  return join(process.env.DESKBEACON_SCREENSHOTS ?? folder, `playground-${widthPx}-${isDark ? 'dark' : 'light'}.png`);
}

/** An expression that drops files as a hand would. */
function dropOf(files: Readonly<Record<string, string>>): string {
  return `{
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(${JSON.stringify(files)})) transfer.items.add(new File([text], name));
    document.querySelector('#trace').dispatchEvent(
      new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }`;
}

/** Id, name and outline of what has the focus; nothing at the end of the page. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const label = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const id = element.id || element.className || element.tagName.toLowerCase();
  return id + ' "' + label.trim().replaceAll('"', '') + '"' + (isOutlined ? ' outlined' : ' no outline');
})()`;
