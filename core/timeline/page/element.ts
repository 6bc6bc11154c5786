/** An element with a class and what is in it. Strings become text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** A button that does this. */
export function button(label: string, title: string, act: () => void): HTMLButtonElement {
  const made = element('button', '', label);
  made.type = 'button';
  made.title = title;
  made.addEventListener('click', act);
  return made;
}
