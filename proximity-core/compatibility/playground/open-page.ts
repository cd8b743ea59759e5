import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AxNode, Browser, Page, Puppeteer } from './puppeteer.js';

/** The playground's page, built, and opened from a file in headless Chromium; watched for what it must not do. */

const CHROMIUM = '/usr/bin/chromium';
const root = fileURLToPath(new URL('../../..', import.meta.url));
const READY_LIMIT_MS = 60_000;
const DOWNLOAD_LIMIT_MS = 10_000;
const DOWNLOAD_POLL_MS = 20;

/** @returns why there is no browser, or nothing. */
export function whyNoChromium(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : 'apt-get install chromium was not run';
}

export interface Playground {
  /** Where the page is, and what it saves. */
  readonly folder: string;
  readonly file: string;
  readonly open: (options?: OpenOptions) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly isDark?: boolean;
  readonly hasTouch?: boolean;
}

/** A page of its own, ready for calls. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and every request but the one for the file. */
  readonly complaints: string[];
  /** @returns what an expression is worth in the page. */
  readonly ask: <T>(expression: string) => Promise<T>;
  readonly textOf: (selector: string) => Promise<string>;
  /** Presses the button that saves, and reads what was saved. */
  readonly save: (button: string, name: string) => Promise<string>;
  readonly tree: () => Promise<readonly AxNode[]>;
  /** @returns what axe finds, as `rule: element`. */
  readonly violations: () => Promise<readonly string[]>;
}

export async function buildPlayground(): Promise<Playground> {
  const installed = createRequire(import.meta.url);
  const { default: puppeteer } = (await import(pathToFileURL(installed.resolve('puppeteer-core')).href)) as Puppeteer;
  const axe = readFileSync(installed.resolve('axe-core/axe.min.js'), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-playground-'));
  const file = join(folder, 'playground.html');
  execFileSync(process.execPath, [join(root, 'hil-tests/bin/deskbeacon-playground.mjs'), file], { stdio: 'pipe' });
  // As root, as CI is, Chromium has no sandbox; the page is ours.
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, headless: true, args: ['--no-sandbox'] });
  return {
    folder,
    file,
    open: (options = {}) => openPage(browser, folder, pathToFileURL(file).href, axe, options),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openPage(
  browser: Browser,
  folder: string,
  address: string,
  axe: string,
  { widthPx = 1280, heightPx = 900, isDark = false, hasTouch = false }: OpenOptions,
): Promise<OpenPage> {
  const page = await browser.newPage();
  const complaints = watch(page, address);
  await page.setViewport({ width: widthPx, height: heightPx, hasTouch });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  await page.goto(address);
  await page.waitForSelector('#call:enabled', { timeout: READY_LIMIT_MS });
  const ask = <T>(expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
  return {
    page,
    complaints,
    ask,
    textOf: (selector) => ask(`document.querySelector(${JSON.stringify(selector)}).textContent.trim()`),
    async save(button, name) {
      const path = join(folder, name);
      await rm(path, { force: true });
      await page.click(button);
      return readWhenThere(path);
    },
    async tree() {
      const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { readonly nodes: readonly AxNode[] };
      return nodes.filter(({ ignored }) => !ignored);
    },
    async violations() {
      await ask(`{ ${axe}; undefined }`);
      return ask(
        `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
          violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.html.slice(0, 120))))`,
      );
    },
  };
}

function watch(page: Page, address: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${String(error)}`));
  page.on('request', (request) => {
    // A file that the user is given was made in the page.
    if (request.url() !== address && !request.url().startsWith('blob:')) complaints.push(`request: ${request.url()}`);
  });
  return complaints;
}

async function readWhenThere(path: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < DOWNLOAD_LIMIT_MS; waitedMs += DOWNLOAD_POLL_MS) {
    // Chromium writes beside the name and renames: a file that is there is whole.
    if (existsSync(path)) return readFile(path, 'utf8');
    await pause(DOWNLOAD_POLL_MS);
  }
  throw new Error(`nothing was saved as ${path} within ${DOWNLOAD_LIMIT_MS} ms`);
}
