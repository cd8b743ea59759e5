/* global HermesInternal, gc */

/**
 * What the shell of Hermes 0.12 can measure, under the names that every engine has. Its only clock counts whole milliseconds, and
 * is read like a vernier: the watch starts on a tick, and what is left until the next one, when it is stopped, is counted in
 * readings of the clock.
 */
(() => {
  var CALIBRATION_TICKS = 25;
  var readingsInTick = 0;
  var startedAtMs;
  var ticked;
  var i;

  /** @returns how often the clock could be read until it went on; `ticked` is what it says then. */
  function waitForTick() {
    var before = Date.now();
    var readings = 0;
    do {
      ticked = Date.now();
      readings += 1;
    } while (ticked === before);
    return readings;
  }

  waitForTick();
  for (i = 0; i < CALIBRATION_TICKS; i += 1) {
    // A tick in which the process was not disturbed has the most.
    readingsInTick = Math.max(readingsInTick, waitForTick());
  }

  globalThis.startWatch = () => {
    waitForTick();
    startedAtMs = ticked;
  };
  globalThis.stopWatch = () => {
    var before = Date.now();
    var left = waitForTick() / readingsInTick;
    return Math.max(0, before + 1 - Math.min(left, 1) - startedAtMs);
  };
  globalThis.usedOctets = () => {
    gc();
    return HermesInternal.getInstrumentedStats().js_allocatedBytes;
  };
})();
