import { isHandheld } from './support.ts';

/** The system's notifications, where the browser gives them; phones take them only from a service worker. */
export const notifications = {
  isPossible: () => typeof Notification === 'function' && !isHandheld(),
  isAllowed: () => Notification.permission === 'granted',
  /** Asks the person, from a gesture of theirs. @returns whether they may be shown */
  ask: async () => (await Notification.requestPermission()) === 'granted',
  isPageSeen: () => !document.hidden,
  /** Calls back whenever nobody sees the page any more; the returned function ends that. */
  whenPageIsHidden(callback: () => void): () => void {
    const look = () => document.hidden && callback();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  },
  /** Shows one; the returned function takes it away. A press on it leads to the page. */
  show(text: string): () => void {
    if (Notification.permission !== 'granted') return () => {};
    const notification = new Notification(text, { tag: text });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return () => notification.close();
  },
};
