/**
 * `deskbeacon-air`, the virtual air: Bluetooth LE controllers on unix sockets, joined by a seeded radio channel.
 *
 * It is for whoever has no radio at hand, or wants the same radio twice. Each controller is a socket that speaks H4 as a
 * USB dongle does on its serial port, so a program opens one by `--radio h4:unix:PATH` and cannot tell. Between the controllers
 * lies a model of an office: distance, walls, how a phone is carried, fading on each of the three advertising channels,
 * collisions, scan windows (channel.ts, air.ts; every number with its source in channel-parameters.ts). Other
 * desks and forgers are scripted. A seed fixes all chance; what a real host does in real time still shifts phases by
 * milliseconds, but the k-th advertising event of a scan meets the same channel in every run.
 *
 *   deskbeacon-air --socket /tmp/air --controllers desk-1,phone --seed 7
 *
 * prints the radio strings, and takes orders as JSON lines on standard input (steering.ts). It ends on SIGTERM, SIGINT
 * and the end of standard input, and removes its sockets. Not modelled: connections, extended advertising, Wi-Fi bursts,
 * antenna patterns, gain control of phones.
 */
import { runAir } from './program.js';

process.exitCode = await runAir(process.argv.slice(2), {
  stdin: process.stdin,
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  onEndSignal: (end) => {
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    // A reader that went away is an end as well: there is nobody left to answer.
    process.stdout.on('error', end);
  },
});
// Standard input may be a terminal or a pipe that stays open; it must not keep the process.
process.stdin.destroy();
