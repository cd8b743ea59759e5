/** What a virtual LE controller remembers between commands; everything here is lost by HCI_Reset and by power. */
import type { Advertisement } from './advertisement.js';
import type { ScanTiming } from './scan-window.js';

/** The controller's radio: how it acts on the air. `connect-controller.ts` ties it to an `Air`. */
export interface ControllerRadio {
  startAdvertising(advertising: { readonly intervalUs: number; readonly advertisementAt: () => Advertisement }): void;
  stopAdvertising(): void;
  startScanning(scan: ScanTiming & { readonly isActive: boolean }): void;
  stopScanning(): void;
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
  };
}
