import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';

/** The playground's page, built and opened from a file in headless Chromium, watched for what it must not do. */

const CHROMIUM = '/usr/bin/chromium';
const root = fileURLToPath(new URL('../../..', import.meta.url));
const READY_LIMIT_MS = 60_000;

/** @returns why there is no browser, or nothing. */
export function whyNoChromium(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : 'apt-get install chromium was not run';
}

export interface Playground {
  readonly browser: Browser;
  /** Where the page is, and downloads and screenshots go. */
  readonly folder: string;
  readonly file: string;
  /** A page of its own, ready for calls. */
  readonly open: (options?: { readonly widthPx?: number; readonly isDark?: boolean }) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and every request but the one for the file. */
  readonly complaints: readonly string[];
}

export async function buildPlayground(): Promise<Playground> {
  const { launch } = await import('puppeteer-core');
  const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-playground-'));
  const file = join(folder, 'playground.html');
  execFileSync(process.execPath, [join(root, 'hil-tests/bin/deskbeacon-playground.mjs'), file], { stdio: 'pipe' });
  // As root, as CI is, Chromium has no sandbox; the page is ours.
  const browser = await launch({ executablePath: CHROMIUM, headless: true, args: ['--no-sandbox'] });
  const address = pathToFileURL(file).href;
  return {
    browser,
    folder,
    file,
    async open({ widthPx = 1280, isDark = false } = {}) {
      const page = await browser.newPage();
      const complaints = watch(page, address);
      await page.setViewport({ width: widthPx, height: 900 });
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      await page.goto(address);
      await page.waitForSelector('#call:enabled', { timeout: READY_LIMIT_MS });
      return { page, complaints };
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function watch(page: Page, address: string): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${String(error)}`));
  page.on('request', (request) => {
    const url = request.url();
    // A file that the user is given is made in the page.
    if (url !== address && !url.startsWith('blob:')) complaints.push(`request: ${url}`);
  });
  return complaints;
}
