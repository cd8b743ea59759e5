import type { News } from './apps.js';
import type { TelephoneCall } from './judge.js';
import type { PlannedTelephoneCall } from './plan.js';
import type { SeenMessage } from './telephony/hep.js';

/** Who speaks SIP in the building. */
export type Party = 'caller' | 'proxy' | 'desk' | 'app' | 'push';

/** What happens in the building, in the order in which it was seen. */
export type BuildingEvent =
  | { readonly type: 'call'; readonly planned: PlannedTelephoneCall }
  | { readonly type: 'message'; readonly from: Party; readonly to: Party; readonly message: SeenMessage }
  | { readonly type: 'app'; readonly user: string; readonly news: News }
  | { readonly type: 'results'; readonly results: readonly TelephoneCall[]; readonly planned: PlannedTelephoneCall };
