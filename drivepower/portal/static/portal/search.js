// The search box: / or Ctrl+K opens it, arrows walk, Enter goes. What the server found is shown as plain words.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("find");
  if (!box) return;
  const PAUSE = 150;
  const input = box.querySelector("input[type=search]");
  const list = box.querySelector("[role=listbox]");
  const note = box.querySelector("[role=status]");
  const hint = note.textContent;
  let asking = null;
  let timer;
  let chosen = -1;

  const rows = () => [...list.querySelectorAll("[role=option]")];
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (name) element.className = name;
    return element;
  };

  const choose = (number) => {
    const all = rows();
    chosen = all.length ? (number + all.length) % all.length : -1;
    all.forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[chosen].id);
      all[chosen].scrollIntoView({ block: "nearest" });
    }
  };

  const line = (row, at) => {
    const link = document.createElement("a");
    link.id = `find-row-${at}`;
    link.setAttribute("role", "option");
    link.setAttribute("href", row.address.startsWith("/") ? row.address : "#");
    link.tabIndex = -1;
    link.append(make("strong", row.title), make("span", row.detail));
    return link;
  };

  const show = (found) => {
    let at = 0;
    const parts = found.map((kind) => {
      const group = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", kind.title);
      const title = make("p", "", "find-kind");
      const icon = make("span", kind.icon, "material-symbols-outlined");
      icon.setAttribute("aria-hidden", "true");
      title.append(icon, kind.title);
      title.setAttribute("aria-hidden", "true");
      group.append(title, ...kind.rows.map((row) => line(row, at++)));
      if (kind.has_more) group.append(make("p", box.dataset.more, "find-more"));
      return group;
    });
    list.replaceChildren(...parts);
    note.textContent = at ? "" : box.dataset.nothing;
    input.setAttribute("aria-expanded", String(at > 0));
    choose(at ? 0 : -1);
  };

  const clear = () => {
    list.replaceChildren();
    note.textContent = hint;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const ask = async () => {
    asking?.abort();
    const text = input.value.trim();
    if (!text) return clear();
    asking = new AbortController();
    const own = asking;
    try {
      const address = `${box.dataset.address}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: own.signal, credentials: "same-origin", redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { found } = await answer.json();
      if (own === asking) show(found);
    } catch {
      if (own.signal.aborted) return;
      clear();
      note.textContent = box.dataset.failed;
    }
  };

  const open = () => {
    if (!box.open) box.showModal();
    input.focus();
    input.select();
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) rows()[chosen].click();
    else if (event.key === "Escape") box.close(); // which a search field would keep to itself
    else return;
    event.preventDefault();
  });
  box.querySelector("[data-close]").addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  for (const way of document.querySelectorAll("[data-find]")) {
    way.addEventListener(way.tagName === "FORM" ? "submit" : "click", (event) => {
      event.preventDefault();
      open();
    });
  }

  const isTyping = (element) =>
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
  // Before the theme's own keys, which mean only the list that one is on.
  window.addEventListener(
    "keydown",
    (event) => {
      const isCommand = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(document.activeElement);
      if (!isCommand && !isSlash) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open();
    },
    { capture: true },
  );
});
