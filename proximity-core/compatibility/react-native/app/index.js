/** Only what the scenario needs is run; Metro bundles both at once. */
if (globalThis.world.scenario.screen === 'why') require('./why-entry');
else require('./call-entry');
