/**
 * Reference recorder for a calibration walk: what react-native-ble-plx hears, as trace lines, posted to `deskbeacon calibrate` on the
 * same network. It names no module but by shape, so that any library with the same callback will do.
 *
 * It was built with React Native and never run on a phone: README.md says what was seen.
 */

/** What is used of a device as react-native-ble-plx (3.1 and newer) hands it to a scan's listener. */
export interface ScannedDevice {
  readonly id: string;
  readonly rssi: number | null;
  /** Base64. Whole on Android; iOS gives no raw octets. */
  readonly rawScanRecord?: string | null;
  /** Base64 by UUID: all that iOS tells of an Eddystone frame. It hides the iBeacon format altogether. */
  readonly serviceData?: Readonly<Record<string, string>> | null;
}

export interface ScanManager {
  startDeviceScan(
    uuids: readonly string[] | null,
    options: { readonly allowDuplicates: boolean; readonly scanMode: number; readonly legacyScan: boolean } | null,
    listener: (error: { readonly message: string } | null, device: ScannedDevice | null) => void,
  ): unknown;
  stopDeviceScan(): unknown;
}

export interface PoseLabel {
  readonly pose: string;
  readonly place: 'out-of-earshot' | 'earshot' | 'at-desk';
  readonly desk: string;
  readonly at?: string;
  readonly carriage: string;
  readonly phone: string;
  readonly walker: string;
  readonly floor: string;
}

export interface Clock {
  /** Milliseconds that never run back, such as `performance.now()`. */
  readonly monotonicMs: () => number;
  /** Unix milliseconds, such as `Date.now()`. */
  readonly unixMs: () => number;
}

export interface PoseRecording {
  /** Ends the scan. */
  readonly stop: () => string;
}

const LOW_LATENCY = 2;
const EDDYSTONE = 'feaa';
/** About ten seconds among two hundred beacons; the receiver takes 4 MiB. */
const MOST_LINES = 20_000;

/**
 * Begins to record one pose. Keep the app in the foreground and the screen on: in the background both platforms hold packets back.
 * @returns the recording; `stop` ends it and returns the lines of a trace.
 */
export function recordPose(manager: ScanManager, clock: Clock, label: PoseLabel): PoseRecording {
  const startedMs = clock.monotonicMs();
  const header = { deskbeacon: 'trace', version: 1, call: label.pose, wallClock: clock.unixMs(), label };
  const lines: string[] = [JSON.stringify(header)];
  const now = (): number => Math.max(0, Math.round((clock.monotonicMs() - startedMs) * 10) / 10);
  const add = (event: object): void => {
    if (lines.length < MOST_LINES) lines.push(JSON.stringify(event));
  };
  add({ t: 0, event: 'scan-started', mode: 'low-latency' });
  manager.startDeviceScan(null, { allowDuplicates: true, scanMode: LOW_LATENCY, legacyScan: true }, (error, device) => {
    if (error !== null) add({ t: now(), event: 'scan-failed', reason: 'internal' });
    else if (device !== null) {
      const data = advertisementOf(device);
      // Without a level the packet says nothing, and 127 is what the format has for that.
      if (data !== undefined) {
        add({ t: now(), event: 'advertisement', address: device.id, rssiDbm: device.rssi ?? 127, data });
      }
    }
  });
  return {
    stop() {
      manager.stopDeviceScan();
      lines.push(JSON.stringify({ t: now(), event: 'end' }));
      return `${lines.join('\n')}\n`;
    },
  };
}

/**
 * Posts one recording.
 * @param address as the screen of `deskbeacon calibrate` shows it, such as `192.168.1.20:8765`.
 * @param code its six digits; after ten wrong ones nothing is taken any more.
 * @returns the poses that were taken.
 * @throws Error with what the receiver found wrong.
 */
export async function postRecording(address: string, code: string, lines: string): Promise<readonly string[]> {
  const response = await fetch(`http://${address}/v1/recordings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${code}`, 'content-type': 'application/x-ndjson' },
    body: lines,
  });
  const answer = (await response.json()) as { readonly poses?: readonly string[]; readonly error?: string };
  if (!response.ok) throw new Error(answer.error ?? `the receiver answered ${response.status}`);
  return answer.poses ?? [];
}

/** AD structures in lower-case hexadecimal; `undefined` for a device that cannot be a beacon of ours. */
export function advertisementOf({ rawScanRecord, serviceData }: ScannedDevice): string | undefined {
  const raw = rawScanRecord ? trimmed(decodeBase64(rawScanRecord)) : [];
  if (raw.length > 0) return isOfInterest(raw) ? hexOf(raw) : undefined;
  const uuid = Object.keys(serviceData ?? {}).find((name) => shortUuid(name) === EDDYSTONE);
  if (uuid === undefined || !serviceData) return undefined;
  const frame = decodeBase64(serviceData[uuid] as string);
  // As the beacon sent it: the list of services, and the service data that was handed over.
  return hexOf([3, 0x03, 0xaa, 0xfe, frame.length + 3, 0x16, 0xaa, 0xfe, ...frame]);
}

/** Android fills a record up with zeros, and a length of zero ends it. */
function trimmed(record: readonly number[]): readonly number[] {
  let end = 0;
  while (end < record.length && (record[end] as number) > 0) {
    const next = end + 1 + (record[end] as number);
    if (next > record.length) break;
    end = next;
  }
  return record.slice(0, end);
}

/** Eddystone's service data, or Apple's manufacturer data of the iBeacon format: nobody else's packets leave the phone. */
function isOfInterest(record: readonly number[]): boolean {
  for (let at = 0; at + 1 < record.length; at += 1 + (record[at] as number)) {
    const [type, a, b, c, d] = record.slice(at + 1, at + 6);
    if (type === 0x16 && a === 0xaa && b === 0xfe) return true;
    if (type === 0xff && a === 0x4c && b === 0 && c === 2 && d === 0x15) return true;
  }
  return false;
}

/** `0000FEAA-0000-1000-8000-00805F9B34FB` and `FEAA` are the same. */
function shortUuid(uuid: string): string {
  const lower = uuid.toLowerCase();
  return lower.length === 36 && lower.startsWith('0000') ? lower.slice(4, 8) : lower;
}

/** React Native has no `Buffer`, and `atob` only in newer versions. */
function decodeBase64(text: string): number[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const octets: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets.push((held >> bits) & 0xff);
  }
  return octets;
}

function hexOf(octets: readonly number[]): string {
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join('');
}
