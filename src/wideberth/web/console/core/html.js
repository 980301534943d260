// Elements from values: no text is ever read as markup.

/**
 * An element. `props`: attributes; `on`: listeners by event; `class`: one or a list; `data`: dataset; a value
 * of null, undefined or false leaves the attribute out. Children: nodes, texts, lists of them; null is none.
 */
export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, does] of Object.entries(value)) made.addEventListener(event, does);
    else if (name === 'class') made.className = [value].flat().filter(Boolean).join(' ');
    else if (name === 'data') Object.assign(made.dataset, value);
    else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'selected') made[name] = value;
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...nodes(children));
  // what scrolls is reached by the keyboard too
  if (tag === 'pre' && !made.hasAttribute('tabindex')) made.tabIndex = 0;
  // a part is named by its heading, once that is there
  if (tag === 'section' && made.childElementCount === 0 && props?.['aria-labelledby']) {
    made.dataset.named = props['aria-labelledby'];
    made.removeAttribute('aria-labelledby');
  }
  return made;
}

/** An element of SVG, in the same way. */
export function svg(tag, props = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...nodes(children));
  return made;
}

function nodes(children) {
  return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false);
}

/** Other children for an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  if (element.dataset?.named && element.childElementCount > 0) {
    element.setAttribute('aria-labelledby', element.dataset.named);
    delete element.dataset.named;
  }
  return element;
}

/** What somebody wrote, or an id: its direction is its own, whatever stands around it. */
export function own(text, props = {}) {
  return h('bdi', props, text ?? '');
}

/**
 * A list that changes under somebody's hands: an item that is as it was keeps its element, with focus and
 * what was typed there. `key(item)` names it, `draw(item)` makes its element.
 */
export function keep(container, items, key, draw) {
  const before = new Map([...container.children].map((each) => [each.dataset.key, each]));
  const focus = document.activeElement;
  const name = container.contains(focus) ? focus.dataset.focus : undefined;
  const at = name === undefined ? undefined : focus.closest('[data-key]')?.dataset.key;
  const wanted = items.map((item) => {
    const id = String(key(item));
    const said = JSON.stringify(item);
    const found = before.get(id);
    if (found !== undefined && found.dataset.said === said) return found;
    const made = draw(item);
    made.dataset.key = id;
    made.dataset.said = said;
    return made;
  });
  // what has gone goes first: what stays is not moved then, for what is moved loses focus and a click that has begun
  const staying = new Set(wanted);
  for (const each of [...container.children]) if (!staying.has(each)) each.remove();
  wanted.forEach((each, n) => {
    if (container.children[n] !== each) container.insertBefore(each, container.children[n] ?? null);
  });
  if (at !== undefined && document.activeElement !== focus) {
    const again = [...container.children].find((each) => each.dataset.key === at);
    again?.querySelector(`[data-focus="${CSS.escape(name)}"]`)?.focus();
  }
}
