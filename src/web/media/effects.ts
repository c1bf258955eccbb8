/** What works on sound and picture before they are sent, for those who choose it. */
export { createBackground } from './background/background.ts';
export { pictureOf } from './background/choices.ts';
export { createNoiseSuppression } from './noise.ts';
