/** What the environment check and the call need beyond what is shown at first; fetched once the page stands. */
export { createMediaSession } from './session.ts';
export { measureSpeed } from './speed.ts';
