import { callWords } from '../i18n/call/index.ts';
import { words } from '../i18n/language.ts';
import type { PopupMessage } from '../models/popups.ts';
import { nameOf } from './nameOf.ts';
import { endText } from './roomText.ts';

/** What a popup says, in the language in use. */
export function popupText(message: PopupMessage): string {
  const { popups, sharing, chat, people } = callWords.value;
  switch (message.about) {
    case 'joined':
    case 'left':
    case 'lost':
    case 'hand':
      return popups[message.about](nameOf(message));
    case 'turnedOff':
      return popups.turnedOff[message.by](popups.devices[message.devices]);
    case 'turnedOffAll':
      return popups.turnedOffAll(popups.devices[message.device], message.count);
    case 'until':
      return popups.until(endText(message));
    case 'turnOffAllFailed':
      return popups.turnOffAllFailed(popups.devices[message.device]);
    case 'device':
      return words.value.device.changed[message.change.kind][message.change.why](message.change.label);
    case 'interrupted':
      return words.value.device.interrupted(words.value.device.names(message.devices));
    case 'sharing':
      return sharing[message.problem];
    case 'screenHidden':
      return sharing.hidden;
    case 'begun':
      return words.value.begun;
    case 'muted':
    case 'badLine':
      return popups[message.about];
    case 'captured':
    case 'captureFailed':
      return people[message.about];
    case 'deleteFailed':
      return chat.deleteFailed;
  }
}

/** What can be done about it. */
export function popupActionText({ about }: PopupMessage): string {
  const { popups, sharing } = callWords.value;
  if (about === 'screenHidden') return sharing.change;
  if (about === 'muted') return popups.unmute;
  if (about === 'interrupted') return words.value.tryAgain;
  return about === 'badLine' ? popups.cameraOn : popups.turnOn;
}
