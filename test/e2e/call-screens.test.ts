/** The call's screens, panels and dialogs, in Japanese; in English: test/endurance/english-screens.test.ts. */
import test from 'ava';
import { testCallScreens } from '../helpers/call-screens.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);
testCallScreens(test, 'ja');
