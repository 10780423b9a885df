/** Makes elements; styles come from classes, since the page's policy forbids them inline. */

type Child = Node | string;

export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<Omit<HTMLElementTagNameMap[Tag], 'style' | 'children'>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** An element of index.html. */
export function byId(id: string): HTMLElement;
export function byId<Tag extends keyof HTMLElementTagNameMap>(id: string, tag: Tag): HTMLElementTagNameMap[Tag];
export function byId(id: string, tag = '*'): HTMLElement {
  return document.querySelector<HTMLElement>(`${tag}[id="${id}"]`)!;
}

/** A row of a table: the first cell is its heading. */
export function row(heading: Child, ...cells: readonly Child[]): HTMLTableRowElement {
  return html('tr', {}, html('th', { scope: 'row' }, heading), ...cells.map((cell) => html('td', {}, cell)));
}

export function tableHead(...names: readonly string[]): HTMLTableSectionElement {
  return html('thead', {}, html('tr', {}, ...names.map((name) => html('th', { scope: 'col' }, name))));
}

/** A figure and what it is. */
export function figure(name: string, value: string, note = ''): HTMLElement {
  return html(
    'div',
    {},
    html('dt', {}, name),
    html('dd', {}, html('strong', {}, value), ...(note ? [html('small', {}, note)] : [])),
  );
}
