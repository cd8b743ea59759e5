/** So many in so long a time: what goes beyond it is told from what happens now and then. */
export interface Allowance {
  /** Takes one. @returns false when there is none left for now. */
  take(): boolean;
}

export function createAllowance(most: number, withinMs: number, nowMs: () => number): Allowance {
  const takenMs: number[] = [];
  return {
    take() {
      const at = nowMs();
      while (takenMs.length > 0 && at - (takenMs[0] as number) >= withinMs) takenMs.shift();
      if (takenMs.length >= most) return false;
      takenMs.push(at);
      return true;
    },
  };
}
