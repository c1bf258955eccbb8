import { isHandheld } from './support.ts';

/** The system's notifications, where the browser gives them; phones take them only from a service worker. */
export const notifications = {
  isPossible: () => typeof Notification === 'function' && !isHandheld(),
  isAllowed: () => Notification.permission === 'granted',
  /** Asks the person, from a gesture of theirs. @returns whether they may be shown */
  ask: async () => (await Notification.requestPermission()) === 'granted',
  /** Shows one unless the page is looked at; the returned function takes it away. A press on it leads to the page. */
  show(text: string): () => void {
    if (!document.hidden || Notification.permission !== 'granted') return () => {};
    const notification = new Notification(text, { tag: 'request' });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return () => notification.close();
  },
};
