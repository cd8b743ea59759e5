/** A claim that nothing shows yet: it is counted as unverified until a scenario proves it. */
export interface OpenClaim {
  readonly id: string;
  readonly claim: string;
  readonly why: string;
}

const untilItRecovers = 'the daemon ends with 69 and leaves it to the service manager to start it again';

export const openClaims: readonly OpenClaim[] = [
  {
    id: 'recovers-unplugged',
    claim: 'A controller that was unplugged and is back, under whatever number, is advertising again by itself.',
    why: untilItRecovers,
  },
  {
    id: 'recovers-adapter-down',
    claim: 'An adapter that was down and is up again is advertising again by itself.',
    why: untilItRecovers,
  },
  {
    id: 'recovers-stopped',
    claim: 'Advertising that another process switched off is on again by itself.',
    why: untilItRecovers,
  },
  {
    id: 'recovers-refused',
    claim: 'After a command that the controller refused the beacon is advertising again by itself.',
    why: untilItRecovers,
  },
  {
    id: 'recovers-lost-shared',
    claim: 'After an answer that never came from an adapter that the kernel shares, it is advertising again by itself.',
    why: untilItRecovers,
  },
  {
    id: 'stopped-on-user-channel',
    claim: 'On the user channel too, advertising that another process switches off is noticed within 5 s.',
    why: 'the user channel shows no commands of other processes, and lets a raw socket of root through all the same',
  },
];
