import type { IconNode } from 'lucide';
import { createElement } from 'preact';

/** A picture of lucide beside words that say the same; without a name it is nothing to a screen reader. */
export function Icon({ node, size = 24, label }: { node: IconNode; size?: number; label?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={!label}
    >
      {node.map(([tag, attributes]) => createElement(tag, attributes))}
    </svg>
  );
}
