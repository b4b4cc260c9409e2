// Keeps the start page live: texts, states and rows come as plain words over one WebSocket; nothing is ever read as HTML.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-stream]");
  if (!page) return;
  const QUIET = 30000; // the stream speaks at least every ten seconds
  const mark = page.querySelector("[data-mark]");
  const names = new Map(
    [...page.querySelectorAll("[data-name]")].map((item) => [item.dataset.state, item.dataset.name]),
  );

  const colour = (element, state) => {
    element.dataset.state = state;
    if (names.has(state)) element.title = names.get(state);
  };

  const fill = (template, row) => {
    const element = template.content.firstElementChild.cloneNode(true);
    element.dataset.state = row.state;
    for (const [name, text] of Object.entries(row.cells)) {
      const cell = element.querySelector(`[data-cell="${name}"]`);
      if (!cell) continue;
      cell.textContent = text;
      if (cell.tagName === "A" && row.href.startsWith("/")) cell.setAttribute("href", row.href);
    }
    return element;
  };

  const show = (board) => {
    for (const element of page.querySelectorAll("[data-live]")) {
      const text = board.texts[element.dataset.live];
      if (text !== undefined && element.textContent !== text) element.textContent = text;
    }
    for (const element of page.querySelectorAll("[data-live-state]")) {
      const state = board.states[element.dataset.liveState];
      if (state !== undefined) colour(element, state);
    }
    for (const list of page.querySelectorAll("[data-live-rows]")) {
      const name = list.dataset.liveRows;
      const template = page.querySelector(`template[data-row="${name}"]`);
      if (board.rows[name]) list.replaceChildren(...board.rows[name].map((row) => fill(template, row)));
    }
    document.dispatchEvent(new CustomEvent("portal:board", { detail: board }));
  };

  for (const element of page.querySelectorAll("[data-live-state]")) colour(element, element.dataset.state);
  window.portalLine({
    path: page.dataset.stream,
    silence: QUIET,
    hear: show,
    mark: (state) => {
      mark.dataset.mark = state;
    },
  });
});
