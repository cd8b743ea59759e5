import type { CallAction } from '../../events.js';
import { type CallState, createCall } from '../../state.js';
import { step } from '../../step.js';
import type { HostTable } from './host-table.js';
import { leads, type MomentId, momentIds, moments } from './moments.js';
import { type CallEvent, type Radio, radios } from './radio.js';

/** Drives the reducer as the host of a table would, and tells where the table is wrong. */

const site = { desksM: { own: [0, 0], east: [1.6, 0], west: [-1.6, 0] } } as const;

/** An action as a row writes it: its name, its reason, how long a silence lasts. */
export function sayAction(action: CallAction): string {
  switch (action.action) {
    case 'ring':
    case 'end-elsewhere':
      return `${action.action} ${action.reason}`;
    case 'silence':
      return `silence ${action.reason} ${action.ringAfterMs}`;
    default:
      return action.action;
  }
}

/** @returns whether a call on this host comes into the state in which the moment happens. */
export function isReachable(table: HostTable, id: MomentId): boolean {
  return leadTo(table, id).phase === moments[id].state;
}

/** @returns what the reducer asks of this host at that moment, all of it and in order. */
export function actionsAt(table: HostTable, id: MomentId): readonly string[] {
  const { events } = moments[id];
  return feed(leadTo(table, id), events(radioOf(table), table.scanFailure)).actions.map(sayAction);
}

/** @returns a sentence for each row that is wrong, missing, or of a state into which no call comes here. */
export function findWrongRows(table: HostTable): readonly string[] {
  return momentIds.flatMap((id) => {
    const row = table.rows[id];
    const where = `${table.id}, ${id}`;
    if (!isReachable(table, id)) return row === undefined ? [] : [`${where}: no call comes into this state`];
    const asked = actionsAt(table, id).join(', ');
    if (row === undefined) return [`${where}: there is no row; the reducer asks for [${asked}]`];
    const said = row.does.join(', ');
    return said === asked ? [] : [`${where}: the row says [${said}], the reducer asks for [${asked}]`];
  });
}

function leadTo(table: HostTable, id: MomentId): CallState {
  const { state, isWithoutDesk } = moments[id];
  const desks = isWithoutDesk === true ? [] : ['own'];
  const call = createCall({ desks, host: table.capabilities, traceSite: site });
  return feed(call, leads[state](radioOf(table))).state;
}

function radioOf({ radio }: HostTable): Radio {
  return radios[radio];
}

function feed(call: CallState, events: readonly CallEvent[]) {
  let state = call;
  const actions: CallAction[] = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    actions.push(...next.actions);
  }
  return { state, actions };
}
