// Keeps the log live: rows come as plain words and are put together from the page's own template; nothing is read as HTML.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const live = document.querySelector("[data-log-stream]");
  if (!live) return;
  const MOST = 500; // rows that stay on the page
  const list = document.querySelector("[data-rows]");
  const template = document.querySelector("template[data-row]");
  const pause = live.querySelector("[data-pause]");
  const held = live.querySelector("[data-held]");
  const waiting = new Map();
  const known = new Map([...list.querySelectorAll("[data-key]")].map((row) => [row.dataset.key, row]));
  let since = live.dataset.since;
  let line = "connecting";
  let isPaused = false;

  const show = () => {
    live.dataset.state = isPaused && line === "live" ? "paused" : line;
    held.hidden = waiting.size === 0;
    held.querySelector("[data-count]").textContent = String(waiting.size);
  };

  const raws = (element, row) => {
    const place = element.querySelector("[data-raw]");
    for (const old of place.querySelectorAll("section")) old.remove();
    const sections = row.raw.map((raw) => {
      const section = document.createElement("section");
      const words = document.createElement("pre");
      words.tabIndex = 0;
      words.textContent = raw.text;
      const link = document.createElement("a");
      link.href = `${location.pathname}${encodeURIComponent(String(raw.key))}/change/`;
      link.textContent = raw.title;
      const title = document.createElement("h3");
      title.append(link);
      section.append(title, words);
      return section;
    });
    place.querySelector("[data-samples]").after(...sections);
  };

  const samples = (element, row) => {
    const list = element.querySelector("[data-samples]");
    const items = row.samples.map((one) => {
      const item = document.createElement("li");
      const at = document.createElement("time");
      at.textContent = one.at;
      const gap = document.createElement("b");
      gap.className = "log-gap";
      gap.textContent = one.gap;
      const said = document.createElement("span");
      said.textContent = one.said;
      item.append(at, " ", gap, " ", said);
      return item;
    });
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
  };

  const explain = (element, row) => {
    const link = element.querySelector("[data-explain]");
    link.textContent = row.explain_title;
    link.hidden = !row.explain;
    if (row.explain) link.href = row.explain;
    else link.removeAttribute("href");
  };

  const fill = (element, row) => {
    element.dataset.key = row.key;
    element.dataset.tone = row.tone;
    for (const cell of element.querySelectorAll("[data-cell]")) {
      cell.textContent = row[cell.dataset.cell];
      if (cell.dataset.title) {
        cell.title = row[cell.dataset.title];
        cell.setAttribute("aria-label", cell.title);
      }
    }
    samples(element, row);
    explain(element, row);
    raws(element, row);
  };

  const put = (row) => {
    const old = known.get(row.key);
    if (old) {
      fill(old, row);
      return;
    }
    const element = template.content.querySelector("details").cloneNode(true);
    fill(element, row);
    element.classList.add("log-new");
    list.prepend(element);
    known.set(row.key, element);
    document.querySelector("[data-empty]")?.remove();
    while (list.children.length > MOST) {
      known.delete(list.lastElementChild.dataset.key);
      list.lastElementChild.remove();
    }
  };

  const hear = (said) => {
    since = said.since;
    for (const row of said.rows) {
      if (isPaused) waiting.set(row.key, row);
      else put(row);
    }
    show();
  };

  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    if (!isPaused) {
      for (const row of waiting.values()) put(row);
      waiting.clear();
    }
    show();
  });

  window.portalLine({
    path: live.dataset.logStream,
    greet: () => ({ query: live.dataset.query, since, language: document.documentElement.lang }),
    hear,
    mark: (state) => {
      line = state;
      show();
    },
  });
});
