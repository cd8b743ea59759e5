/* global proximityCore, proximityCoreTools, print, work */

/**
 * The same text for every engine. It knows `proximityCore`, `proximityCoreTools`, `print` and `work`, and nothing of where it runs: old Hermes has no
 * classes, bare JavaScriptCore no console and no timers, so it uses neither.
 */
(() => {
  print(proximityCore.version);
  work.requests.forEach((request) => {
    var owner = proximityCore[request.function] ? proximityCore : proximityCoreTools;
    print(owner[request.function](request.json));
  });
  work.traces.forEach((trace) => {
    var answer = proximityCoreTools.replay(JSON.stringify(trace));
    print(answer);
    (JSON.parse(answer).calls || []).forEach((call) => {
      print(proximityCoreTools.explain(JSON.stringify({ call: call })));
    });
  });
  work.calls.forEach((given) => {
    var call = proximityCore.openCall(given.open);
    given.events.forEach((event, i) => {
      print(call.step(event));
      // As if the process had died in the middle of the call.
      if (i === given.diesAt) call = proximityCore.resumeCall(call.state());
    });
    print(call.state());
  });
})();
