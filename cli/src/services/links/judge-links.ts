import type { LinkMatrix } from './link-matrix.js';

/** What a matrix says, alone or beside an earlier one; each with what to do about it. */
export interface LinkFinding {
  readonly finding: 'unheard' | 'moved' | 'swapped' | 'clock-wrong' | 'proves-nothing' | 'stranger';
  readonly beacons: readonly string[];
  readonly text: string;
  readonly advice: string;
}

/**
 * Root mean square over the links of a beacon. Nobody walks through a building at night; doors, chairs and the
 * accuracy of a controller (Core Vol 4 Part E §7.5.4: within 6 dB) make up the rest. An estimate: no real building has been asked yet.
 */
const MOVED_DB = 7;
const LEAST_SHARED_LINKS = 2;
/** Exchanging two beacons has to explain so much more than leaving them where they are. */
const SWAPPED_DB = 3;

/**
 * @param deployed beacons that are in service.
 * @param before an earlier matrix of the same site; without one nothing can be called moved or swapped, and a beacon that was never
 *   heard may just stand alone.
 */
export function judgeLinks(
  matrix: LinkMatrix,
  deployed: readonly string[],
  before?: LinkMatrix,
): readonly LinkFinding[] {
  const moved = before === undefined ? [] : movedBeacons(matrix, before);
  const swapped = before === undefined ? [] : swappedPairs(matrix, before, moved);
  const inSwap = new Set(swapped.flat());
  return [
    ...unheard(matrix, deployed, before),
    ...swapped.map(swappedFinding),
    ...moved.filter(({ beacon }) => !inSwap.has(beacon)).map(movedFinding),
    ...Object.entries(matrix.clocks).map(clockFinding),
    ...provingNothing(matrix),
    ...matrix.strangers.map(strangerFinding),
  ];
}

function unheard(
  matrix: LinkMatrix,
  deployed: readonly string[],
  before: LinkMatrix | undefined,
): readonly LinkFinding[] {
  const heard = new Set(matrix.links.map(({ to }) => to));
  const heardBefore = new Map<string, number>();
  for (const { from, to } of before?.links ?? [])
    if (matrix.listeners.includes(from)) heardBefore.set(to, (heardBefore.get(to) ?? 0) + 1);
  return deployed.flatMap((beacon): readonly LinkFinding[] => {
    if (heard.has(beacon) || matrix.listeners.filter((one) => one !== beacon).length === 0) return [];
    const by = heardBefore.get(beacon) ?? 0;
    const isRunning = matrix.listeners.includes(beacon);
    const what = isRunning
      ? 'its daemon runs and its controller says it is on the air, and'
      : 'it was not reached, and';
    const ever = by > 0 ? `${by} of the listeners heard it before` : 'nobody heard it before either';
    return [
      {
        finding: 'unheard',
        beacons: [beacon],
        text: `${beacon}: ${what} none of its neighbours hears it; ${ever}`,
        advice:
          by > 0
            ? 'Go there: antenna, dongle, power; `deskbeacond status` on its machine says what its controller answers'
            : 'It may just be out of reach of the others: walk past it with `deskbeacon scan`',
      },
    ];
  });
}

interface Moved {
  readonly beacon: string;
  readonly byDb: number;
}

/** Links as levels, whichever of the two heard the other. */
function levelsOf(matrix: LinkMatrix): ReadonlyMap<string, number> {
  return new Map(matrix.links.map(({ from, to, rssiDbm }) => [`${from}\n${to}`, rssiDbm]));
}

/** How much the links of a beacon differ from those that `as` had; its own and those in which others hear it. */
function changeOf(
  beacon: string,
  as: string,
  links: LinkMatrix['links'],
  before: ReadonlyMap<string, number>,
): readonly number[] {
  return links.flatMap(({ from, to, rssiDbm }) => {
    if (from !== beacon && to !== beacon) return [];
    const other = from === beacon ? to : from;
    const past = from === beacon ? before.get(`${as}\n${other}`) : before.get(`${other}\n${as}`);
    return past === undefined || other === as ? [] : [rssiDbm - past];
  });
}

/** The one whose links have changed most is taken out, then the next: who only hears one that was moved was not moved. */
function movedBeacons(now: LinkMatrix, before: LinkMatrix): readonly Moved[] {
  const past = levelsOf(before);
  const moved: Moved[] = [];
  for (let links = now.links; ; ) {
    const beacons = [...new Set(links.flatMap(({ from, to }) => [from, to]))];
    const changes = beacons.map((beacon) => {
      const by = changeOf(beacon, beacon, links, past);
      return { beacon, byDb: by.length < LEAST_SHARED_LINKS ? 0 : rootMeanSquareOf(by) };
    });
    const worst = changes.sort((a, b) => b.byDb - a.byDb)[0];
    if (worst === undefined || worst.byDb <= MOVED_DB) return moved;
    moved.push(worst);
    links = links.filter(({ from, to }) => from !== worst.beacon && to !== worst.beacon);
  }
}

function swappedPairs(
  now: LinkMatrix,
  before: LinkMatrix,
  moved: readonly Moved[],
): readonly (readonly [string, string])[] {
  const past = levelsOf(before);
  const pairs: (readonly [string, string])[] = [];
  for (const a of moved) {
    for (const b of moved) {
      if (a.beacon >= b.beacon) continue;
      const crossed = [
        ...changeOf(a.beacon, b.beacon, now.links, past),
        ...changeOf(b.beacon, a.beacon, now.links, past),
      ];
      if (crossed.length < 2 * LEAST_SHARED_LINKS) continue;
      if (rootMeanSquareOf(crossed) + SWAPPED_DB < Math.min(a.byDb, b.byDb)) pairs.push([a.beacon, b.beacon]);
    }
  }
  return pairs;
}

function rootMeanSquareOf(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

function movedFinding({ beacon, byDb }: Moved): LinkFinding {
  return {
    finding: 'moved',
    beacons: [beacon],
    text: `${beacon}: its links have changed by ${Math.round(byDb)} dB since the earlier matrix; it was moved, or something heavy was put beside it`,
    advice: `Put it back to its desk, or walk it again: deskbeacon calibrate`,
  };
}

function swappedFinding(beacons: readonly [string, string]): LinkFinding {
  return {
    finding: 'swapped',
    beacons,
    text: `${beacons[0]} and ${beacons[1]}: each now hears what the other heard; they stand at each other's desks`,
    advice: 'Exchange them, or exchange their desks: deskbeacon identify shows which one is which',
  };
}

function clockFinding([beacon, windows]: readonly [string, number]): LinkFinding {
  const direction = windows > 0 ? 'ahead' : 'behind';
  return {
    finding: 'clock-wrong',
    beacons: [beacon],
    text: `${beacon}: its clock is ${Math.abs(windows)} windows ${direction}; phones do not know it, and ring`,
    advice: 'Let its machine reach a time server; `deskbeacond status` there says whether its clock is synchronised',
  };
}

function provingNothing({ links }: LinkMatrix): readonly LinkFinding[] {
  const beacons = [...new Set(links.map(({ to }) => to))].filter((beacon) =>
    links.filter(({ to }) => to === beacon).every(({ hasProof }) => !hasProof),
  );
  return beacons.map((beacon) => ({
    finding: 'proves-nothing',
    beacons: [beacon],
    text: `${beacon}: it is heard, and sends no frame that silences a phone`,
    advice: 'It is switched to ring-all, or waits for new keys: `deskbeacond status` on its machine says which',
  }));
}

function strangerFinding({ major, minor, heardBy }: LinkMatrix['strangers'][number]): LinkFinding {
  return {
    finding: 'stranger',
    beacons: [],
    text: `${major}/${minor}: a beacon of this organisation that is not in this registry, heard by ${heardBy}`,
    advice: 'It belongs to another site, was released without its daemon being stopped, or somebody copies the frame',
  };
}
