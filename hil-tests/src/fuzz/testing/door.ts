/** Opens to one word, and tells by its branches how much of it was right: what a fuzzer with coverage is to find. */
export function openDoor(input: Uint8Array): boolean {
  if (input[0] !== 0x64) return false;
  if (input[1] !== 0x6f) return false;
  if (input[2] !== 0x6f) return false;
  if (input[3] !== 0x72) return false;
  return true;
}
