/** What a virtual LE controller remembers between commands; everything here is lost by HCI_Reset and by power. */
import type { Advertisement, AirReport } from './advertisement.js';
import type { LinkAddress, LinkFragment, LinkTiming } from './link-layer.js';
import type { ScanTiming } from './scan-window.js';

/** The controller's radio: how it acts on the air. `connect-controller.ts` ties it to an `Air`. */
export interface ControllerRadio {
  startAdvertising(advertising: { readonly intervalUs: number; readonly advertisementAt: () => Advertisement }): void;
  stopAdvertising(): void;
  startScanning(scan: ScanTiming & { readonly isActive: boolean }): void;
  stopScanning(): void;
  /** Connects to the advertiser of a packet. @returns whether both have room for it. */
  connect(report: AirReport, own: LinkAddress, timing: LinkTiming): boolean;
  hasLink(handle: number): boolean;
  send(handle: number, fragment: LinkFragment): void;
  updateLink(handle: number, timing: LinkTiming): void;
  endLink(handle: number, reason: number): void;
  /** All of them, without a word. */
  loseLinks(): void;
}

/** Whom the controller waits for, to connect. */
export interface Initiating {
  readonly peer: LinkAddress;
  readonly isOwnAddressRandom: boolean;
  readonly timing: LinkTiming;
}

export interface ControllerState {
  eventMask: Uint8Array;
  leEventMask: Uint8Array;
  isLeHostSupported: boolean;
  /** Least significant octet first, as HCI carries it. */
  randomAddress: Uint8Array | undefined;
  advertisingIntervalUs: number;
  advertisingType: 0 | 2 | 3;
  isOwnAddressRandom: boolean;
  channelMap: number;
  advertisingData: Uint8Array;
  scanResponseData: Uint8Array;
  isAdvertising: boolean;
  scanTiming: ScanTiming;
  isScanActive: boolean;
  isScanAddressRandom: boolean;
  isScanFiltered: boolean;
  isScanning: boolean;
  isFilteringDuplicates: boolean;
  /** Reports already given in this scan, oldest first; bounded. */
  readonly seen: Set<string>;
  /** Filter Accept List: address type and address in hexadecimal. */
  readonly acceptList: Set<string>;
  randomCount: number;
  initiating: Initiating | undefined;
  /** Per handle, of the packet with which the link began. */
  readonly linkRssiDbm: Map<number, number>;
}

export const acceptListSize = 8;

/** Defaults after a reset: Core Vol 4 Part E §7.3.1 and §7.8.1 (masks), §7.8.5 (1.28 s, ADV_IND, all channels), §7.8.10 (10 ms). */
export function createControllerState(): ControllerState {
  return {
    eventMask: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0, 0),
    leEventMask: Uint8Array.of(0x1f, 0, 0, 0, 0, 0, 0, 0),
    isLeHostSupported: false,
    randomAddress: undefined,
    advertisingIntervalUs: 1_280_000,
    advertisingType: 0,
    isOwnAddressRandom: false,
    channelMap: 7,
    advertisingData: new Uint8Array(0),
    scanResponseData: new Uint8Array(0),
    isAdvertising: false,
    scanTiming: { intervalUs: 10_000, windowUs: 10_000 },
    isScanActive: false,
    isScanAddressRandom: false,
    isScanFiltered: false,
    isScanning: false,
    isFilteringDuplicates: false,
    seen: new Set(),
    acceptList: new Set(),
    randomCount: 0,
    initiating: undefined,
    linkRssiDbm: new Map(),
  };
}
