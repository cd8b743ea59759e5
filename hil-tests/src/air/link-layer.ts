/**
 * Connections between the controllers of one air: what link layers do between themselves once an initiator has heard the
 * advertiser it waits for (Core Vol 6 Part B §4.5). Virtual time; no octets of HCI (`controller-links.ts`).
 *
 * A connection has an event every connection interval; what a side has to send waits for the next. A link layer
 * repeats what gets lost, so nothing is lost here and everything arrives in order; a side that loses its power is missed by the other
 * when the supervision timeout has passed. Not modelled: latency, channel selection, the airtime of connections, walking
 * out of range while connected.
 */

/** HCI reasons of a disconnection, Core Vol 1 Part F §1.3. */
export const linkEnd = { supervisionTimeout: 0x08, byRemoteUser: 0x13, byLocalHost: 0x16 } as const;

export interface LinkTiming {
  /** Units of 1.25 ms, 6..3200. */
  readonly interval: number;
  readonly latency: number;
  /** Units of 10 ms, 10..3200. */
  readonly supervisionTimeout: number;
}

/** Where a device can be reached: `address` with the most significant octet first. */
export interface LinkAddress {
  readonly isRandom: boolean;
  readonly address: Uint8Array;
}

export interface LinkBegin extends LinkTiming {
  readonly handle: number;
  readonly role: 'central' | 'peripheral';
  readonly peer: LinkAddress;
  /** Of the packet with which it began, at the central. */
  readonly rssiDbm: number;
}

/** One piece of an L2CAP message, as HCI carries it. */
export interface LinkFragment {
  readonly isFirst: boolean;
  readonly data: Uint8Array;
}

/** A controller, as its links see it. */
export interface LinkSide {
  onBegin(begin: LinkBegin): void;
  onFragment(handle: number, fragment: LinkFragment): void;
  /** Pieces of its own that the other side has. */
  onDelivered(handle: number, count: number): void;
  onUpdated(handle: number, timing: LinkTiming): void;
  onEnd(handle: number, reason: number): void;
}

export interface LinkLayer {
  register(id: string, side: LinkSide): void;
  unregister(id: string): void;
  /** @returns whether both are there and have room for one more link. */
  begin(options: {
    readonly central: string;
    readonly peripheral: string;
    readonly centralAddress: LinkAddress;
    readonly peripheralAddress: LinkAddress;
    readonly timing: LinkTiming;
    readonly rssiDbm: number;
  }): boolean;
  /** Does nothing for a handle that is not the side's. */
  send(id: string, handle: number, fragment: LinkFragment): void;
  update(id: string, handle: number, timing: LinkTiming): void;
  /** Ends a link with the reason the other side is to be told. */
  end(id: string, handle: number, reason: number): void;
  /** Power or reset: the side is told nothing any more, the others miss it after the supervision timeout. */
  lose(id: string): void;
  has(id: string, handle: number): boolean;
  /** Whether anything is to happen of itself: a connection event with something to carry, or a timeout. */
  isUnderWay(): boolean;
}

/** Of one controller. */
const MOST_LINKS = 8;
/** Pieces of one side that wait; its host has four buffers, so more is a host that does not count. */
const MOST_WAITING = 16;
const FIRST_HANDLE = 0x0040;
const HANDLES = 0x0e00;
const intervalUnitUs = 1250;
const timeoutUnitUs = 10_000;

interface End {
  readonly id: string;
  readonly handle: number;
  isLost: boolean;
  waiting: LinkFragment[];
}

interface Link {
  readonly name: string;
  readonly ends: readonly [End, End];
  timing: LinkTiming;
  /** Connection events lie at multiples of the interval from here. */
  anchorUs: number;
  isEventDue: boolean;
  isOver: boolean;
  ending: { readonly by: End; readonly reason: number } | undefined;
}

/** @param at calls back at an instant, in order of instants and then of names. */
export function createLinkLayer(options: {
  readonly nowUs: () => number;
  readonly at: (atUs: number, name: string, run: () => void) => void;
}): LinkLayer {
  const { nowUs } = options;
  const sides = new Map<string, LinkSide>();
  let links: readonly Link[] = [];
  let begun = 0;
  let expected = 0;

  function at(atUs: number, name: string, run: () => void): void {
    expected += 1;
    options.at(atUs, name, () => {
      expected -= 1;
      run();
    });
  }

  function find(
    id: string,
    handle: number,
  ): { readonly link: Link; readonly own: End; readonly other: End } | undefined {
    for (const link of links) {
      const [a, b] = link.ends;
      if (a.id === id && a.handle === handle && !a.isLost) return { link, own: a, other: b };
      if (b.id === id && b.handle === handle && !b.isLost) return { link, own: b, other: a };
    }
    return undefined;
  }

  function drop(link: Link): void {
    link.isOver = true;
    links = links.filter((one) => one !== link);
  }

  /** The next connection event, unless one is due already. */
  function expectEvent(link: Link): void {
    if (link.isEventDue) return;
    link.isEventDue = true;
    const intervalUs = link.timing.interval * intervalUnitUs;
    const past = Math.floor((nowUs() - link.anchorUs) / intervalUs);
    at(link.anchorUs + (past + 1) * intervalUs, link.name, () => holdEvent(link));
  }

  function holdEvent(link: Link): void {
    link.isEventDue = false;
    if (link.isOver || link.ends.some(({ isLost }) => isLost)) return;
    for (const [from, to] of [link.ends, [link.ends[1], link.ends[0]]] as const) {
      const { waiting } = from;
      from.waiting = [];
      for (const fragment of waiting) sides.get(to.id)?.onFragment(to.handle, fragment);
      if (waiting.length > 0 && !link.isOver) sides.get(from.id)?.onDelivered(from.handle, waiting.length);
    }
    const { ending } = link;
    if (ending === undefined || link.isOver) return;
    drop(link);
    for (const end of link.ends)
      sides.get(end.id)?.onEnd(end.handle, end === ending.by ? linkEnd.byLocalHost : ending.reason);
  }

  function nextHandle(): number {
    return FIRST_HANDLE + (begun++ % HANDLES);
  }

  return {
    register: (id, side) => void sides.set(id, side),
    unregister: (id) => void sides.delete(id),
    begin({ central, peripheral, centralAddress, peripheralAddress, timing, rssiDbm }) {
      for (const id of [central, peripheral]) {
        if (!sides.has(id)) return false;
        if (links.filter(({ ends }) => ends.some((end) => end.id === id)).length >= MOST_LINKS) return false;
      }
      const handle = nextHandle();
      const ends = [central, peripheral].map((id) => ({ id, handle, isLost: false, waiting: [] })) as unknown as [
        End,
        End,
      ];
      links = [
        ...links,
        {
          name: `link ${handle}`,
          ends,
          timing,
          anchorUs: nowUs(),
          isEventDue: false,
          isOver: false,
          ending: undefined,
        },
      ];
      const begin = { ...timing, handle, rssiDbm };
      sides.get(peripheral)?.onBegin({ ...begin, role: 'peripheral', peer: centralAddress });
      sides.get(central)?.onBegin({ ...begin, role: 'central', peer: peripheralAddress });
      return true;
    },
    send(id, handle, fragment) {
      const found = find(id, handle);
      if (found === undefined || found.own.waiting.length >= MOST_WAITING) return;
      found.own.waiting.push(fragment);
      expectEvent(found.link);
    },
    update(id, handle, timing) {
      const found = find(id, handle);
      if (found === undefined) return;
      found.link.timing = timing;
      found.link.anchorUs = nowUs();
      for (const end of found.link.ends) sides.get(end.id)?.onUpdated(end.handle, timing);
    },
    end(id, handle, reason) {
      const found = find(id, handle);
      if (found === undefined || found.link.ending !== undefined) return;
      found.link.ending = { by: found.own, reason };
      expectEvent(found.link);
    },
    lose(id) {
      for (const link of links) {
        const own = link.ends.find((end) => end.id === id);
        if (own === undefined) continue;
        own.isLost = true;
        if (link.ends.every(({ isLost }) => isLost)) drop(link);
        else at(nowUs() + link.timing.supervisionTimeout * timeoutUnitUs, link.name, () => missLink(link));
      }
    },
    has: (id, handle) => find(id, handle) !== undefined,
    isUnderWay: () => expected > 0,
  };

  function missLink(link: Link): void {
    if (link.isOver) return;
    drop(link);
    for (const end of link.ends) if (!end.isLost) sides.get(end.id)?.onEnd(end.handle, linkEnd.supervisionTimeout);
  }
}
