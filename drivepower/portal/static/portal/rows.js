// Keeps the rows of a list live: cells come as plain words with the look of their label; nothing is read as HTML.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("[data-live-list]");
  if (!list) return;
  const rows = new Map([...document.querySelectorAll("[data-pk]")].map((row) => [row.dataset.pk, row]));
  const lost = list.querySelector("[data-lost]");
  const more = list.querySelector("[data-more]");
  let since = null;

  // The innermost element that holds all of the cell's text: a label, a link, or the cell itself.
  const holder = (cell) => {
    let element = cell;
    while (element.children.length === 1 && element.textContent.trim() === element.firstElementChild.textContent.trim()) {
      element = element.firstElementChild;
    }
    return element;
  };

  // A break between two lines of a cell is a space where it is told.
  const bare = (text) => text.replace(/\s+/g, "");

  const write = (cell, { text, look }) => {
    if (look && !cell.querySelector("span, a")) cell.replaceChildren(document.createElement("span"));
    const element = holder(cell);
    if (bare(element.textContent) === bare(text) && (!look || element.className === look)) return;
    element.textContent = text;
    if (look !== undefined && element !== cell) element.className = look;
    cell.classList.remove("live-moved");
    void cell.offsetWidth; // so that the mark begins anew
    cell.classList.add("live-moved");
  };

  const hear = (said) => {
    since = said.since;
    for (const [key, cells] of Object.entries(said.rows)) {
      for (const [name, cell] of Object.entries(cells)) {
        const place = rows.get(key)?.querySelector(`[data-live="${CSS.escape(name)}"], .field-${CSS.escape(name)}`);
        if (place) write(place, cell);
      }
    }
    more.hidden = said.new === 0;
    more.querySelector("[data-count]").textContent = said.new >= 100 ? "100+" : String(said.new);
  };

  window.portalLine({
    path: list.dataset.rowsStream,
    greet: () => ({
      topic: list.dataset.liveList,
      keys: [...rows.keys()].map(Number).filter(Number.isSafeInteger),
      query: location.search.slice(1),
      language: document.documentElement.lang,
      since,
    }),
    hear,
    mark: (state) => {
      lost.hidden = state !== "lost";
    },
  });
});
