/** What tells an iPhone or an iPad. */
export type DeviceEnvironment = { navigator: Pick<Navigator, 'userAgent' | 'platform' | 'maxTouchPoints'> };

/** iPhones and iPads, where every browser has its permissions in the Settings app. */
export function isIos({ navigator }: DeviceEnvironment = globalThis): boolean {
  const { userAgent, platform, maxTouchPoints } = navigator;
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  return /iPhone|iPad|iPod/.test(userAgent) || (platform === 'MacIntel' && maxTouchPoints > 1);
}
