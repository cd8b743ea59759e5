/** A claim that nothing shows yet: it is counted as unverified until a scenario proves it. */
export interface OpenClaim {
  readonly id: string;
  readonly claim: string;
  readonly why: string;
}

/** None at present. */
export const openClaims: readonly OpenClaim[] = [];
