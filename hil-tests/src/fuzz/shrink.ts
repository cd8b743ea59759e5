/**
 * Makes an input smaller that still fails: cuts ever shorter runs out of it, then sets what is left to zero.
 * @param fails whether a smaller input fails in the same way.
 * @param mostTries how often it may be asked.
 */
export async function shrink(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
  mostTries = 2000,
): Promise<Uint8Array> {
  let least = input;
  let tries = 0;
  const isSmaller = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries >= mostTries) return false;
    tries += 1;
    if (!(await fails(candidate))) return false;
    least = candidate;
    return true;
  };
  for (let run = Math.ceil(least.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    let at = 0;
    while (at < least.length && tries < mostTries) {
      if (!(await isSmaller(without(least, at, run)))) at += run;
    }
  }
  for (let at = 0; at < least.length && tries < mostTries; at += 1) {
    if (least[at] === 0) continue;
    const zeroed = least.slice();
    zeroed[at] = 0;
    await isSmaller(zeroed);
  }
  return least;
}

function without(input: Uint8Array, at: number, octets: number): Uint8Array {
  const rest = new Uint8Array(input.length - Math.min(octets, input.length - at));
  rest.set(input.subarray(0, at));
  rest.set(input.subarray(at + octets), at);
  return rest;
}
