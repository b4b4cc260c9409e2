// The sidebar: its groups stay as one leaves them, and numbers beside links say how much waits for a person.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const side = document.getElementById("nav-sidebar-apps");
  if (!side) return;
  const EVERY = 30000;
  const links = new Map([...side.querySelectorAll("a[href]")].map((link) => [link.getAttribute("href"), link]));

  for (const group of side.querySelectorAll("details[data-group]")) {
    const key = `nav-group-${group.dataset.group}`;
    const kept = localStorage.getItem(key);
    if (kept !== null && !group.querySelector("[aria-current]")) group.open = kept === "open";
    group.addEventListener("toggle", () => localStorage.setItem(key, group.open ? "open" : "shut"));
  }

  const show = (badges) => {
    for (const old of side.querySelectorAll(".nav-badge")) old.remove();
    for (const [address, badge] of Object.entries(badges)) {
      const link = links.get(address);
      if (!link) continue;
      const mark = document.createElement("span");
      mark.className = "nav-badge";
      mark.dataset.colour = badge.colour;
      mark.textContent = badge.count;
      mark.title = side.dataset.badgeSays;
      link.append(mark);
    }
  };

  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(side.dataset.badges, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) show((await answer.json()).badges);
    } catch {
      // The next round asks again.
    }
  };

  ask();
  setInterval(ask, EVERY);

  // On a phone a list shows a few columns of each row, and this button the others.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".row-more button");
    if (!button) return;
    const isOpen = button.closest("tr").classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(isOpen));
  });

  // The theme writes a chosen file's name into a text input near by; where a page has none, it would fail.
  for (const input of document.querySelectorAll("input[type=file]")) {
    if (!input.parentNode.parentNode.parentNode.querySelector("input[type=text]")) input.hasChangeListener = true;
  }

  // A menu above a list closes as people expect it: by Escape, or a click elsewhere.
  const menus = () => document.querySelectorAll(".views-tools details[open], details.user-menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
});
