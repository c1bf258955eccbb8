/** Every screen in English; in Japanese, in which nearly everybody sees them: test/e2e/screens.test.ts and call-screens.test.ts. */
import test from 'ava';
import { testCallScreens } from '../helpers/call-screens.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { testWayScreens } from '../helpers/way-screens.ts';

shareBrowsers(test);
testWayScreens(test, 'en');
testCallScreens(test, 'en');
