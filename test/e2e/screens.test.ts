/** Every screen but the call's own, in Japanese; in English: test/endurance/english-screens.test.ts. */
import test from 'ava';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { testWayScreens } from '../helpers/way-screens.ts';

shareBrowsers(test);
testWayScreens(test, 'ja');
