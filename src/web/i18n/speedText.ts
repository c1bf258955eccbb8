import { limits } from '../../protocol/limits.ts';
import type { Speed } from '../../protocol/speed.ts';
import type { Words } from './ja.ts';

/** What the line carries, in words. */
export function speedText({ check }: Words, { downMbps, upMbps }: Speed): string {
  return check.speed(figureText(check, downMbps), figureText(check, upMbps));
}

/** To one place after the point, as far as the measurement is good for. */
function figureText({ mbps, orMore }: Words['check'], figure: number): string {
  const text = mbps(figure < 10 ? Math.round(figure * 10) / 10 : Math.round(figure));
  return figure < limits.speed.mostMbps ? text : orMore(text);
}
