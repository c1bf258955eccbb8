/** What is wrong with the layout of a page, measured in the page itself: each of these functions is evaluated there, and stands alone. */

/** Sideways scrolling, more or less than one h1, and what can be pressed without a name or a size. */
export function faultsOfControls(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const faults = scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} > ${clientWidth}`] : [];
  if (document.querySelectorAll('h1').length !== 1) faults.push('there is not one h1');
  const pressable = 'button, input:not([aria-hidden]), select, summary, textarea, a[href]';
  for (const element of document.querySelectorAll<HTMLElement>(pressable)) {
    const labels = [...((element as HTMLInputElement).labels ?? [])];
    const said = labels.map(({ textContent }) => textContent);
    const name = element.getAttribute('aria-label') ?? [...said, element.textContent].join('').trim();
    // A box or a circle is pressed by its label as well.
    const around = element.closest('label') ?? element;
    const { width, height } = around.getBoundingClientRect();
    if (name === '') faults.push(`${element.outerHTML.slice(0, 80)} has no name`);
    // What is not there at this size cannot be pressed: small tiles have their buttons in the list of participants.
    if (!element.checkVisibility()) continue;
    const isWithinText =
      element.matches('p a') &&
      getComputedStyle(element).display === 'inline' &&
      element.closest('p')?.textContent !== element.textContent;
    // 44 CSS pixels: WCAG 2.2, 2.5.5 (and look.md); links within text are exempt.
    if (!isWithinText && (height < 44 || width < 44))
      faults.push(`${name} is ${Math.round(width)} x ${Math.round(height)}`);
  }
  return faults;
}

/**
 * Text that sticks out of its button or block, is cut by what it stands in (but by an ellipsis), or is covered by something else, and
 * pictures that say something and are covered. What a dialog, a menu or a panel lies over is left alone, and so is what is
 * scrolled away.
 */
export function faultsOfText(): string[] {
  const faults = new Set<string>();
  const dialog = document.querySelector('dialog:modal');
  const root = dialog ?? document.body;
  const isShown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    // Only read out.
    !element.closest('.hidden, script, style, option') &&
    ancestors(element).every((each) => getComputedStyle(each).clipPath === 'none');

  function ancestors(element: Element): Element[] {
    return element.parentElement ? [element, ...ancestors(element.parentElement)] : [element];
  }

  /** What is left of it in the scrolling boxes around it; null: nothing. Tells of what cuts it otherwise. */
  function seenPart(rect: DOMRect, element: Element, name: string): DOMRect | null {
    let { left, top, right, bottom } = rect;
    for (const box of ancestors(element)) {
      const { overflowX, overflowY, textOverflow, position } = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      const [cutsX, cutsY] = [overflowX, overflowY].map((way) => way === 'hidden' || way === 'clip');
      const sideways = left < edge.left - 1 || right > edge.right + 1;
      if (cutsX && sideways && textOverflow !== 'ellipsis') faults.add(`${name} is cut at its side`);
      if (cutsY && (top < edge.top - 2 || bottom > edge.bottom + 2))
        faults.add(`${name} is cut in its height`);
      if (overflowX !== 'visible' || overflowY !== 'visible') {
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      }
      if (right - left < 1 || bottom - top < 1) return null;
      if (position === 'fixed') break;
    }
    return new DOMRect(left, top, right - left, bottom - top);
  }

  function checkCovered(seen: DOMRect, element: Element, name: string): void {
    const [x, y] = [seen.x + seen.width / 2, seen.y + seen.height / 2];
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return;
    // What lets presses through is found nowhere.
    if (getComputedStyle(element).pointerEvents === 'none') return;
    const top = document.elementFromPoint(x, y);
    if (!top || element.contains(top) || top.contains(element) || element.closest('[aria-hidden]')) return;
    // A field that lies over its own label without being seen, to be pressed.
    if (!isShown(top) || top.closest('label')?.contains(element)) return;
    // What stays at the edge of the window covers what can be scrolled away from under it.
    const stays = (each: Element) => /^(fixed|sticky)$/.test(getComputedStyle(each).position);
    if (ancestors(top).some(stays) && !ancestors(element).some(stays)) return;
    const panel = element.closest('section[aria-label]');
    if (top.closest('ul[aria-label], section[aria-label]') && !panel) return;
    // News lie over an open panel until they are put away.
    if (panel && top.closest('[role="status"]')) return;
    faults.add(`${name} is covered by ${(top.textContent || top.outerHTML).trim().slice(0, 40)}`);
  }

  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!parent || text === '' || !isShown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const name = `“${text.slice(0, 24)}”`;
    const block = ancestors(parent).find(
      (each) => !/^(inline|contents)$/.test(getComputedStyle(each).display),
    );
    const around = parent.closest('button, a') ?? block ?? parent;
    // A space at the end of a line hangs out of every box.
    const isWide = around.scrollWidth > around.clientWidth + 1;
    const cutsItself = getComputedStyle(parent).textOverflow === 'ellipsis';
    for (const rect of range.getClientRects()) {
      const edge = around.getBoundingClientRect();
      const isOut =
        (isWide && (rect.left < edge.left - 1 || rect.right > edge.right + 1)) ||
        rect.top < edge.top - 4 ||
        rect.bottom > edge.bottom + 4;
      if (isOut && !cutsItself && getComputedStyle(around).overflowY === 'visible')
        faults.add(`${name} sticks out of its ${around.tagName.toLowerCase()}`);
      const seen = seenPart(rect, parent, name);
      if (seen) checkCovered(seen, parent, name);
    }
  }
  for (const picture of root.querySelectorAll('svg[role=img], svg[aria-label]')) {
    if (!isShown(picture)) continue;
    const name = `the picture of ${picture.getAttribute('aria-label')}`;
    const seen = seenPart(picture.getBoundingClientRect(), picture, name);
    if (seen) checkCovered(seen, picture, name);
  }
  return [...faults];
}

/** Placeholders that are too pale on their ground: WCAG 2.2, 1.4.3, of which axe leaves these out. */
export function faultsOfPlaceholders(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const solid = (colours: string[]): number[] => {
    if (!canvas) return [];
    canvas.fillStyle = 'white';
    canvas.fillRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb: number[]) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const grounds = (element: Element | null): string[] =>
    element ? [...grounds(element.parentElement), getComputedStyle(element).backgroundColor] : [];
  return [...document.querySelectorAll('[placeholder]:not([placeholder=""])')].flatMap((field) => {
    const ground = grounds(field);
    const { color } = getComputedStyle(field, '::placeholder');
    const [lighter = 0, darker = 0] = [
      luminance(solid(ground)),
      luminance(solid([...ground, color])),
    ].toSorted((a, b) => b - a);
    const contrast = (lighter + 0.05) / (darker + 0.05);
    return contrast < 4.5 ? [`placeholder of ${field.id}: ${contrast.toFixed(2)}:1`] : [];
  });
}
