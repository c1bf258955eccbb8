/** All words in English: fetched by those who read it, for a part that is fetched later too. */

import { en as call } from './call/en.ts';
import { en as early } from './early/en.ts';
import { en as main } from './en.ts';
import { en as help } from './help/en.ts';
import { en as inApp } from './inApp/en.ts';
import { en as refused } from './refused/en.ts';
import { en as settings } from './settings/en.ts';

export const english = { main, call, early, help, inApp, refused, settings };
