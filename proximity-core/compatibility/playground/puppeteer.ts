/** What is called of puppeteer-core 24: the package need not be installed for the types to hold. */

export interface Puppeteer {
  readonly default: {
    readonly launch: (options: {
      readonly executablePath: string;
      readonly headless: boolean;
      readonly args: readonly string[];
    }) => Promise<Browser>;
  };
}

export interface Browser {
  readonly newPage: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** A node of the accessibility tree, as the protocol of the browser's tools gives it. */
export interface AxNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[];
}

interface ElementHandle {
  readonly uploadFile: (...paths: readonly string[]) => Promise<void>;
}

export interface Page {
  readonly goto: (address: string) => Promise<unknown>;
  readonly evaluate: (expression: string) => Promise<unknown>;
  readonly waitForSelector: (selector: string, options: { readonly timeout: number }) => Promise<unknown>;
  readonly waitForFunction: (expression: string, options: { readonly timeout: number }) => Promise<unknown>;
  readonly click: (selector: string) => Promise<void>;
  readonly select: (selector: string, value: string) => Promise<unknown>;
  readonly $: (selector: string) => Promise<ElementHandle | null>;
  readonly setViewport: (viewport: {
    readonly width: number;
    readonly height: number;
    readonly hasTouch?: boolean;
  }) => Promise<void>;
  readonly emulateMediaFeatures: (
    features: readonly { readonly name: string; readonly value: string }[],
  ) => Promise<void>;
  readonly screenshot: (options: { readonly path: string; readonly fullPage?: boolean }) => Promise<unknown>;
  readonly createCDPSession: () => Promise<{
    readonly send: (method: string, parameters?: object) => Promise<unknown>;
  }>;
  readonly keyboard: {
    readonly press: (key: string) => Promise<void>;
    readonly down: (key: string) => Promise<void>;
    readonly up: (key: string) => Promise<void>;
  };
  readonly mouse: {
    readonly move: (x: number, y: number, options?: { readonly steps: number }) => Promise<void>;
    readonly down: () => Promise<void>;
    readonly up: () => Promise<void>;
  };
  readonly touchscreen: {
    readonly touchStart: (x: number, y: number) => Promise<unknown>;
    readonly touchMove: (x: number, y: number) => Promise<void>;
    readonly touchEnd: () => Promise<void>;
  };
  readonly on: {
    (event: 'console', listener: (message: { type(): string; text(): string }) => void): unknown;
    (event: 'pageerror', listener: (error: unknown) => void): unknown;
    (event: 'request', listener: (request: { url(): string }) => void): unknown;
  };
  readonly close: () => Promise<void>;
}
