import {
  type Certificate,
  certificateParameters,
  posesToCertify,
  type Reason,
  reasons,
  sayBound,
} from '@deskbeacon/proximity-core';
import type { PoseResult } from './pose-result.js';

export type AdviceCode =
  | 'own-beacon-silent'
  | 'keys-missing'
  | 'poses-unfit'
  | 'away-sounds-near'
  | 'neighbour-sounds-near'
  | 'desk-sounds-far'
  | 'pocket-sounds-far'
  | 'few-beacons'
  | 'no-desk-poses'
  | 'no-pocket-poses'
  | 'walk-more';

/** What to change, the most urgent first. */
export interface Advice {
  readonly code: AdviceCode;
  readonly text: string;
}

interface Findings {
  readonly poses: readonly PoseResult[];
  readonly unfit: readonly { readonly pose: string; readonly reason: Reason }[];
  readonly certificate: Certificate;
  /** Beacons in the profile. */
  readonly beacons: number;
}

/** Fewer beacons than these leave hardly anything to compare the own desk with. */
const FEW_BEACONS = 3;

/** @returns sentences for a person at the desk; empty where nothing needs to change. */
export function adviseDesk(findings: Findings): readonly Advice[] {
  const { poses, certificate } = findings;
  return [
    ...faults(findings),
    ...awayPoses(poses),
    ...earshotPoses(poses),
    ...deskPoses(poses),
    ...fewBeacons(findings),
    ...missingPoses(poses, certificate),
  ];
}

function faults({ poses, unfit }: Findings): readonly Advice[] {
  const advice: Advice[] = [];
  const atDesk = poses.filter(({ label }) => label.place === 'at-desk');
  if (atDesk.length > 0 && atDesk.every(({ reason }) => reason === 'own-desk-not-heard'))
    advice.push({
      code: 'own-beacon-silent',
      text: "This desk's beacon was not heard at its own desk. Check that it has power and belongs to this desk, then walk again.",
    });
  if (unfit.some(({ reason }) => reason === 'not-authenticated'))
    advice.push({
      code: 'keys-missing',
      text: 'The beacon was heard, but its keys are missing or have expired. Export the profile again and decide the same recordings with it.',
    });
  const others = unfit.filter(({ reason }) => reason !== 'not-authenticated');
  const [first] = others;
  if (first !== undefined)
    advice.push({
      code: 'poses-unfit',
      text: `${quote(others.map(({ pose }) => pose))} ${others.length === 1 ? 'does' : 'do'} not count. ${reasons[first.reason]} Record ${others.length === 1 ? 'it' : 'them'} again; where no beacon is heard at all, choose a place nearer.`,
    });
  return advice;
}

function awayPoses(poses: readonly PoseResult[]): readonly Advice[] {
  const silenced = poses.filter(({ label, wasSilenced }) => label.place === 'out-of-earshot' && wasSilenced);
  if (silenced.length === 0) return [];
  const text = `${quote(silenced.map(nameOf))} ${silenced.length === 1 ? 'sounds' : 'sound'} like this desk, and a phone there would miss the ring. Put the beacon nearer to where the phone usually lies and away from that wall, or add an anchor in that room.`;
  return [{ code: 'away-sounds-near', text }];
}

function earshotPoses(poses: readonly PoseResult[]): readonly Advice[] {
  const silenced = poses.filter(({ label, wasSilenced }) => label.place === 'earshot' && wasSilenced);
  if (silenced.length === 0) return [];
  const withoutBeacon = silenced.filter(({ label }) => label.at === undefined);
  const more = withoutBeacon.length === 0 ? '' : " Give the neighbour's desk a beacon too: two desks can be compared.";
  const text = `The neighbour's desk sounds like this one (${quote(silenced.map(nameOf))}). Put the beacon nearer to the phone's usual place, on the side away from the neighbour.${more}`;
  return [{ code: 'neighbour-sounds-near', text }];
}

function deskPoses(poses: readonly PoseResult[]): readonly Advice[] {
  const atDesk = poses.filter(({ label }) => label.place === 'at-desk');
  const rings = atDesk.filter(({ wasSilenced, reason }) => !wasSilenced && reason !== 'own-desk-not-heard');
  if (rings.length === 0) return [];
  const isPocket = rings.every(({ label }) => label.carriage === 'pocket');
  if (isPocket)
    return [
      {
        code: 'pocket-sounds-far',
        text: 'With the phone in a pocket the desk is not recognised. Put the beacon under the edge of the desk, in sight of where people sit, not behind the screen.',
      },
    ];
  return [
    {
      code: 'desk-sounds-far',
      text: `At the desk the phone still rings in ${rings.length} of ${atDesk.length} poses. Put the beacon nearer to the phone's usual place, with nothing of metal between them, then walk again.`,
    },
  ];
}

function fewBeacons({ beacons, poses }: Findings): readonly Advice[] {
  if (beacons >= FEW_BEACONS || poses.length === 0) return [];
  return [
    {
      code: 'few-beacons',
      text: 'Hardly any other beacon is known here, so the desk can only be told by how loud it is. A beacon at the next desk, or an anchor in the next room, helps more than anything else.',
    },
  ];
}

function missingPoses(poses: readonly PoseResult[], certificate: Certificate): readonly Advice[] {
  const advice: Advice[] = [];
  if (!poses.some(({ label }) => label.place === 'at-desk'))
    advice.push({
      code: 'no-desk-poses',
      text: 'No pose at the desk itself counts yet. Sit down there and record some.',
    });
  if (certificate.poses > 0 && certificate.isWithoutPocket)
    advice.push({
      code: 'no-pocket-poses',
      text: 'Nobody walked with a phone in a pocket. Record some poses so, out of earshot and at the desk.',
    });
  // Where something has to change first, the poses taken so far are of a desk that will not be there any more.
  if (certificate.verdict === 'looks-separable') {
    const missing = posesToCertify(0) - certificate.poses;
    advice.push({
      code: 'walk-more',
      text: `${missing} more ${missing === 1 ? 'pose' : 'poses'} out of earshot, none of them silenced, would certify that at most ${sayBound(certificateParameters.certifiedShare)} are. Poses of the floor's other desks and of other phones count too.`,
    });
  }
  return advice;
}

function nameOf({ label }: PoseResult): string {
  return label.pose;
}

function quote(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
