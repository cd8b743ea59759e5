/**
 * The peer: what a tutorial does with bleno, sending the frames that it is given in turn.
 * `node bleno-peer.mjs RADIO DWELL_MS FRAME_HEX [FRAME_HEX …]`; with one frame the data never changes.
 */
import { openRadio, startBleno } from '@deskbeacon/beacon/radio';

const [radio, dwellMs, ...frames] = process.argv.slice(2);
const link = await openRadio(radio);
const { bleno } = await startBleno(link);
const data = frames.map((hex) => Buffer.from(hex, 'hex'));
let turn = 0;
function advertise() {
  bleno.startAdvertisingWithEIRData(data[turn % data.length]);
  turn += 1;
}
advertise();
if (data.length > 1) setInterval(advertise, Number(dwellMs));
process.on('SIGTERM', () => process.exit(0));
