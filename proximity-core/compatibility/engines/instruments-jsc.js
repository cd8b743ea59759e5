/* global preciseTime, fullGC, gcHeapSize */

/** What the shell of JavaScriptCore can measure, under the names that every engine has. */
(() => {
  var startedAtS;
  globalThis.startWatch = () => {
    startedAtS = preciseTime();
  };
  globalThis.stopWatch = () => (preciseTime() - startedAtS) * 1000;
  globalThis.usedOctets = () => {
    fullGC();
    return gcHeapSize();
  };
})();
