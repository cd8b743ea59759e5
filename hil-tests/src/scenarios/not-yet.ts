/** A claim that nothing shows yet: it is counted as unverified until a scenario proves it. */
export interface OpenClaim {
  readonly id: string;
  readonly claim: string;
  readonly why: string;
}

export const openClaims: readonly OpenClaim[] = [
  {
    id: 'stopped-on-user-channel',
    claim: 'On the user channel too, advertising that another process switches off is noticed within 5 s.',
    why: 'the user channel shows no commands of other processes, and lets a raw socket of root through all the same; the self-check, every 15 s, switches it on again',
  },
];
