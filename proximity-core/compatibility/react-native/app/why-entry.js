import { createElement } from 'react';
import { create } from 'react-test-renderer';
import { openReasonLog } from './host/reason-log';
import { Why } from './host/why';
import { memoryStore } from './memory-store';

/** Renders the component, plays its user by the events of the scenario, and keeps what is seen after each. */
const { world } = globalThis;
// React's scheduler runs on the screen, where timers do.
globalThis.setTimeout = world.later;

const store = memoryStore({});
const log = openReasonLog(store);
const screen = create(createElement(Why, { log }));
world.out = { seen: [], stored: store.texts };

const textsOf = (node) =>
  typeof node === 'string'
    ? [node]
    : [].concat(node ?? []).flatMap((one) => (typeof one === 'string' ? [one] : textsOf(one.children)));

world.listen('note', ({ reason, isShadow }) => log.note(reason, isShadow === true));
world.listen('switch', ({ isOn }) => screen.root.findByType('Switch').props.onValueChange(isOn));
world.listen('again', () => screen.update(createElement(Why, { log: { ...log } })));
world.listen('look', () => {
  const isOn = screen.root.findByType('Switch').props.value;
  world.out.seen.push({ isOn, texts: textsOf(screen.toJSON()), stored: { ...store.texts } });
});
