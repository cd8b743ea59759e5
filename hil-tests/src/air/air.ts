/**
 * The core of the virtual air: who transmits, who listens, where they are, and what arrives. Virtual time in whole
 * microseconds, moved by `advanceTo` alone; no clock, no timers, no I/O.
 *
 * A transmitter sends advertising events: `interval` plus a random advDelay apart, each of up to three PDUs on channels
 * 37, 38 and 39. Content is asked for when an event begins, so new data is on the air from the next event on. A receiver
 * hears a PDU if it scans that channel for the whole PDU, the channel (channel.ts) lets it through, and no overlapping
 * PDU on the same channel comes within `captureDb` of it.
 *
 * One seed gives one history, whatever the order in which things were added: every draw has a key of its own
 * (random.ts), and what happens at one instant is ordered by kind and name.
 */
import { type Advertisement, type AirLogEntry, type AirReport, advertisingType, isScannable } from './advertisement.js';
import { type Air, airLimits, type Placement, type ReceiverOptions, type TransmitterOptions } from './air-contract.js';
import { type ChannelIndex, type ChannelSample, createChannel, sumPowerDbm } from './channel.js';
import { type ChannelParameters, computeAirtimeUs } from './channel-parameters.js';
import { createEventQueue } from './event-queue.js';
import { createLinkLayer } from './link-layer.js';
import { computeDistanceM, computeWallLossDb, type Wall } from './plan.js';
import { drawUniform } from './random.js';
import { isInsideWindow, type ScanTiming } from './scan-window.js';

interface Transmitter extends TransmitterOptions {
  isRemoved: boolean;
}

interface Receiver {
  readonly options: ReceiverOptions;
  override: ScanTiming | undefined;
  asked: (ScanTiming & { readonly isActive: boolean }) | undefined;
  scan: (ScanTiming & { readonly startedAtUs: number; readonly isActive: boolean }) | undefined;
  scanSession: number;
  /** Events begun since the scan started, per transmitter. */
  eventsHeard: Map<string, number>;
}

/** One PDU on one channel. */
interface Packet {
  readonly transmitter: Transmitter;
  readonly advertisement: Advertisement;
  readonly channelIndex: ChannelIndex;
  readonly startUs: number;
  readonly endUs: number;
}

type Item = { readonly atUs: number; readonly name: string } & (
  | { readonly rank: 0; readonly kind: 'event'; readonly transmitter: Transmitter }
  | { readonly rank: 1; readonly kind: 'packet'; readonly packet: Packet }
  | { readonly rank: 2; readonly kind: 'response'; readonly receiver: Receiver; readonly report: AirReport }
  | { readonly rank: 3; readonly kind: 'link'; readonly run: () => void }
);

const longestAirtimeUs = computeAirtimeUs(31);
/** SCAN_REQ is 22 octets on air: 176 µs, with T_IFS before and after it (Core Vol 6 Part B §4.1, §2.3.2). */
const scanRequestUs = 150 + 176 + 150;

export function createAir(options: {
  /** The run's seed, an integer. */
  readonly seed: number;
  readonly parameters?: ChannelParameters | undefined;
  /** Told of every advertising event that goes out. */
  readonly log?: ((entry: AirLogEntry) => void) | undefined;
}): Air {
  const { seed, log } = options;
  const channel = createChannel({ seed, parameters: options.parameters });
  const { parameters } = channel;
  const queue = createEventQueue<Item>(airLimits.queue);
  const transmitters = new Map<string, Transmitter>();
  const placements = new Map<string, Placement>();
  /** Counts on through pauses: a restarted advertiser must not repeat its delays. */
  const eventNumbers = new Map<string, number>();
  const inFlight: Record<ChannelIndex, Packet[]> = { 37: [], 38: [], 39: [] };
  let receivers: readonly Receiver[] = [];
  let walls: readonly Wall[] = [];
  let nowUs = 0;
  const links = createLinkLayer({
    nowUs: () => nowUs,
    at: (atUs, name, run) => queue.push({ atUs, rank: 3, name, kind: 'link', run }),
  });

  function advanceTo(atUs: number): void {
    if (!Number.isSafeInteger(atUs) || atUs < nowUs) {
      throw new RangeError(`advanceTo: expected whole microseconds from ${nowUs}, got ${atUs}`);
    }
    for (let next = queue.peek(); next !== undefined && next.atUs <= atUs; next = queue.peek()) {
      queue.pop();
      nowUs = next.atUs;
      if (next.kind === 'event') beginEvent(next.transmitter);
      else if (next.kind === 'packet') endPacket(next.packet);
      else if (next.kind === 'link') next.run();
      else if (next.receiver.scan !== undefined) next.receiver.options.onReport(next.report);
    }
    nowUs = atUs;
  }

  function beginEvent(transmitter: Transmitter): void {
    if (transmitter.isRemoved) return;
    const { id } = transmitter;
    const eventNumber = eventNumbers.get(id) ?? 0;
    eventNumbers.set(id, eventNumber + 1);
    for (const receiver of receivers) {
      if (receiver.scan !== undefined) receiver.eventsHeard.set(id, (receiver.eventsHeard.get(id) ?? -1) + 1);
    }
    const advertisement = transmitter.advertisementAt(nowUs);
    if (advertisement !== undefined) {
      const { address, type, data } = advertisement;
      log?.({ atUs: nowUs, transmitter: id, address, type, data, eventNumber });
      sendPackets(transmitter, advertisement);
    }
    const delayUs = drawUniform(seed, 'advDelay', id, eventNumber) * parameters.advertisingDelayMaxUs;
    scheduleEvent(transmitter, nowUs + transmitter.intervalUs + Math.floor(delayUs));
  }

  function sendPackets(transmitter: Transmitter, advertisement: Advertisement): void {
    const gapUs = isScannable(advertisement.type) ? parameters.scannableGapUs : parameters.nonScannableGapUs;
    const airtimeUs = computeAirtimeUs(advertisement.data.length);
    let startUs = nowUs;
    for (const channelIndex of [37, 38, 39] as const) {
      if (((advertisement.channelMap ?? 7) & (1 << (channelIndex - 37))) === 0) continue;
      const packet = { transmitter, advertisement, channelIndex, startUs, endUs: startUs + airtimeUs };
      inFlight[channelIndex] = [...inFlight[channelIndex].filter((p) => p.endUs > nowUs - longestAirtimeUs), packet];
      queue.push({ atUs: packet.endUs, rank: 1, name: transmitter.id, kind: 'packet', packet });
      startUs = packet.endUs + gapUs;
    }
  }

  function endPacket(packet: Packet): void {
    if (packet.transmitter.isRemoved) return;
    for (const receiver of receivers) {
      const { scan } = receiver;
      if (scan === undefined || receiver.options.id === packet.transmitter.id) continue;
      if (isInsideWindow(scan, packet) && !isSending(receiver.options.id, packet)) receive(receiver, packet);
    }
  }

  function receive(receiver: Receiver, packet: Packet): void {
    const sample = sampleOf(receiver, packet);
    const observation = channel.observePacket(sample);
    if (!observation.isDetectable) return;
    const disturbanceDbm = sumPowerDbm(
      inFlight[packet.channelIndex]
        .filter((other) => other !== packet && overlaps(other, packet))
        .map((other) => channel.receivedPowerDbm(sampleOf(receiver, other))),
    );
    if (observation.powerDbm < disturbanceDbm + parameters.captureDb) return;
    const report = reportOf(receiver, packet, sample, observation.rssiDbm);
    receiver.options.onReport(report);
    requestResponse(receiver, packet, sample, report);
  }

  /** Active scanning: the answer comes on the same channel. Requests of several scanners are not modelled to collide. */
  function requestResponse(receiver: Receiver, packet: Packet, sample: ChannelSample, report: AirReport): void {
    const { scan } = receiver;
    const { advertisement, channelIndex } = packet;
    if (scan?.isActive !== true || !isScannable(advertisement.type)) return;
    const data = advertisement.scanResponse ?? new Uint8Array(0);
    const startUs = packet.endUs + scanRequestUs;
    const atUs = startUs + computeAirtimeUs(data.length);
    if (!isInsideWindow(scan, { channelIndex, startUs, endUs: atUs })) return;
    const { rssiDbm, isDetectable } = channel.observePacket(sample, 'scan-response');
    if (!isDetectable) return;
    const response = { ...report, atUs, type: advertisingType.SCAN_RSP, data, rssiDbm };
    queue.push({
      atUs,
      rank: 2,
      name: `${receiver.options.id}\n${packet.transmitter.id}`,
      kind: 'response',
      receiver,
      report: response,
    });
  }

  /** Whether a receiver is itself sending during a packet: nobody hears while sending. */
  function isSending(id: string, packet: Packet): boolean {
    return ([37, 38, 39] as const).some((index) =>
      inFlight[index].some((other) => other.transmitter.id === id && overlaps(other, packet)),
    );
  }

  function sampleOf(receiver: Receiver, packet: Packet): ChannelSample {
    const { transmitter } = packet;
    const from = placements.get(transmitter.id) ?? { id: transmitter.id, xM: 0, yM: 0 };
    const to = placements.get(receiver.options.id) ?? { id: receiver.options.id, xM: 0, yM: 0 };
    return {
      transmitter: transmitter.id,
      receiver: receiver.options.id,
      placement: to.placement ?? 'first',
      pose: to.pose ?? 'desk',
      scanSession: receiver.scanSession,
      distanceM: computeDistanceM(from, to),
      wallLossDb: computeWallLossDb(from, to, walls),
      channelIndex: packet.channelIndex,
      // -1: the event had already begun when the scan started.
      eventNumber: receiver.eventsHeard.get(transmitter.id) ?? -1,
      eventPeriodUs: transmitter.intervalUs + parameters.advertisingDelayMaxUs / 2,
      powerAt1mDbm: transmitter.powerAt1mDbm,
      receiverOffsetDb: receiver.options.receiverOffsetDb,
    };
  }

  function scheduleEvent(transmitter: Transmitter, atUs: number): void {
    queue.push({ atUs, rank: 0, name: transmitter.id, kind: 'event', transmitter });
  }

  function addTransmitter(added: TransmitterOptions): void {
    if (transmitters.has(added.id)) throw new RangeError(`transmitter: the name ${added.id} is taken`);
    requireRange('intervalUs', added.intervalUs, 20_000, 10_240_000);
    requireRange('number of transmitters', transmitters.size + 1, 1, airLimits.transmitters);
    forgetOldestName();
    const transmitter: Transmitter = { ...added, isRemoved: false };
    transmitters.set(added.id, transmitter);
    const phaseUs = Math.floor(drawUniform(seed, 'phase', added.id) * added.intervalUs);
    scheduleEvent(transmitter, nowUs + (added.firstEventAfterUs ?? phaseUs));
  }

  /** Scripts may use up any number of names; the counts of those long silent are let go. */
  function forgetOldestName(): void {
    if (eventNumbers.size < airLimits.names) return;
    for (const id of eventNumbers.keys()) {
      if (transmitters.has(id)) continue;
      eventNumbers.delete(id);
      return;
    }
  }

  function removeTransmitter(id: string): void {
    const transmitter = transmitters.get(id);
    if (transmitter === undefined) return;
    // Its items stay in the queue and find it removed: at most one event and three packets.
    transmitter.isRemoved = true;
    transmitters.delete(id);
  }

  function addReceiver(added: ReceiverOptions): void {
    if (findReceiver(added.id) !== undefined) throw new RangeError(`receiver: the name ${added.id} is taken`);
    requireRange('number of receivers', receivers.length + 1, 1, airLimits.receivers);
    const receiver: Receiver = {
      options: added,
      override: added.scanOverride,
      asked: undefined,
      scan: undefined,
      scanSession: -1,
      eventsHeard: new Map(),
    };
    receivers = [...receivers, receiver].sort((a, b) => (a.options.id < b.options.id ? -1 : 1));
  }

  function findReceiver(id: string): Receiver | undefined {
    return receivers.find((receiver) => receiver.options.id === id);
  }

  function startScan(id: string, asked: ScanTiming & { readonly isActive: boolean }): void {
    const receiver = findReceiver(id);
    if (receiver === undefined) throw new RangeError(`startScan: there is no receiver ${id}`);
    receiver.asked = asked;
    receiver.scan = { ...asked, ...receiver.override, startedAtUs: nowUs };
    receiver.scanSession += 1;
    receiver.eventsHeard = new Map();
  }

  function stopScan(id: string): void {
    const receiver = findReceiver(id);
    if (receiver === undefined) return;
    receiver.asked = undefined;
    receiver.scan = undefined;
  }

  function place(placement: Placement): void {
    for (const value of [placement.xM, placement.yM]) requireRange('position in m', value, -1e6, 1e6);
    const previous = placements.get(placement.id);
    if (previous === undefined) requireRange('number of placed names', placements.size + 1, 1, airLimits.names);
    placements.set(placement.id, placement);
    const receiver = findReceiver(placement.id);
    if (receiver !== undefined && previous?.placement !== placement.placement) {
      // Scans are numbered within a placement, so that what an earlier call did has no bearing on this one's draws.
      receiver.scanSession = receiver.scan === undefined ? -1 : 0;
    }
  }

  return {
    nowUs: () => nowUs,
    nextEventUs: () => queue.peek()?.atUs,
    advanceTo,
    place,
    setWalls: (replaced) => {
      requireRange('number of walls', replaced.length, 0, airLimits.walls);
      walls = replaced;
    },
    addTransmitter,
    removeTransmitter,
    addReceiver,
    removeReceiver: (id) => {
      stopScan(id);
      links.lose(id);
      links.unregister(id);
      receivers = receivers.filter((receiver) => receiver.options.id !== id);
    },
    overrideScan: (id, timing) => {
      const receiver = findReceiver(id);
      if (receiver === undefined) throw new RangeError(`overrideScan: there is no receiver ${id}`);
      receiver.override = timing;
      if (receiver.scan !== undefined && receiver.asked !== undefined) {
        receiver.scan = { ...receiver.asked, ...timing, startedAtUs: receiver.scan.startedAtUs };
      }
    },
    startScan,
    stopScan,
    isAnyoneWaiting: () => links.isUnderWay() || receivers.some((receiver) => receiver.scan !== undefined),
    links,
  };
}

function overlaps(a: Packet, b: Packet): boolean {
  return a.startUs < b.endUs && a.endUs > b.startUs;
}

function reportOf(receiver: Receiver, packet: Packet, sample: ChannelSample, rssiDbm: number): AirReport {
  const { type, isAddressRandom, address, data } = packet.advertisement;
  return {
    atUs: packet.endUs,
    receiver: receiver.options.id,
    transmitter: packet.transmitter.id,
    channelIndex: packet.channelIndex,
    eventNumber: sample.eventNumber,
    type,
    isAddressRandom,
    address,
    data,
    rssiDbm,
  };
}

function requireRange(label: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw new RangeError(`${label}: expected ${least}..${most}, got ${value}`);
}
