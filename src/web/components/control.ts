import type { IconNode } from 'lucide';

/** One control of the call, in the bar or in 「詳細アクション」: its picture, its word, and what it does. */
export type Control = {
  key: string;
  icon: IconNode;
  label: string;
  onPress: () => void;
  /** For what is on or off; undefined for what is neither. */
  pressed?: boolean;
};
