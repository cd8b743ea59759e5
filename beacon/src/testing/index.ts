export { parseConfig } from '../config/config.js';
export { greet } from '../control/asking-session.js';
export { noAttempts } from '../control/attempts.js';
export { createBeaconSession } from '../control/beacon-session.js';
export { type Joining, joinValue, MOST_MESSAGE_OCTETS, splitMessage } from '../control/chunks.js';
export { decodeMessage, encodeMessage } from '../control/messages.js';
export { type Asked, decodeRequest, encodeRequest } from '../control/requests.js';
export { BeaconError } from '../errors.js';
export { readRequest } from '../health/control-socket.js';
