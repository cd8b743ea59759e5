/** Waits for something that a real socket brings about; fails by name after `limitMs`. */
export async function until(what: string, isSo: () => boolean, limitMs = 3000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
