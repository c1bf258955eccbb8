/** What the environment check and the call need beyond what is shown at first; fetched once the page stands. */

export { measureSpeed } from '../../client/speed.ts';
export { createMediaSession } from './session.ts';
