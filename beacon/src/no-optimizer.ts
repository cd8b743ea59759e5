import { setFlagsFromString } from 'node:v8';

/**
 * A daemon that works for half a hundredth of the time gains nothing from optimised code, and V8's optimising compiler takes 6 of the 60 MB
 * that it would have. Imported before everything else: what was once compiled has touched the compiler's pages.
 */
setFlagsFromString('--no-opt');
