/* global proximityCore, print, startWatch, stopWatch, given */

/**
 * From a file that is not yet evaluated to a call that scans, in a world that has just begun; `before.js` has started the watch.
 * The same text for every engine, so it knows nothing of where it runs.
 */
(() => {
  var evaluatedMs = stopWatch();
  var prepared;
  var preparedMs;
  var call;
  var answers;
  var readyMs;

  startWatch();
  prepared = JSON.parse(proximityCore.prepare(given.prepare)).prepared;
  preparedMs = stopWatch();

  startWatch();
  call = proximityCore.openCall(JSON.stringify({ prepared: prepared, wallClockMs: given.wallClockMs }));
  answers = given.begin.map(call.step);
  readyMs = stopWatch();
  if (answers.join('').indexOf('"start-scan"') < 0) throw new Error(answers.join('\n'));

  startWatch();
  given.calls[0][0].forEach(call.step);
  print(JSON.stringify({ evaluated: evaluatedMs, prepared: preparedMs, opened: readyMs, firstBatch: stopWatch() }));
})();
