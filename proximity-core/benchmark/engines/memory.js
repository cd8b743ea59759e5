/* global proximityCore, print, usedOctets, given */

/** Many packets in calls of a second and a half, a new one as the old one ends, and what is on the heap between them. */
(() => {
  var preparedText = JSON.stringify(JSON.parse(proximityCore.prepare(given.prepare)).prepared);
  var openPrepared = `{"wallClockMs":${given.wallClockMs},"prepared":${preparedText}}`;
  var samples = [];
  var packets = 0;
  var calls = 0;

  function run(batches) {
    var call = proximityCore.openCall(openPrepared);
    given.begin.forEach(call.step);
    batches.forEach((batch) => {
      batch.forEach(call.step);
      packets += batch.length;
    });
    if (call.step(given.end).indexOf('"phase":"deciding"') >= 0) throw new Error('expected a decision at the deadline');
  }

  while (packets < given.packets) {
    run(given.calls[calls % given.calls.length]);
    calls += 1;
    if (packets >= ((samples.length + 1) * given.packets) / given.samples) samples.push([packets, usedOctets()]);
  }
  print(JSON.stringify(samples));
})();
