// A station's page: ledgers and checks tell how they go on; what stations say is shown as text and never as HTML.
"use strict";

(() => {
  const SOON = 400, LATER = 2000, BRISK = 15000, LONGEST = 15 * 60 * 1000;

  const part = (name, text) => {
    const element = document.createElement("span");
    element.className = name;
    element.textContent = text;
    return element;
  };

  const showSteps = (list, steps) => {
    list.replaceChildren(...steps.map((step) => {
      const item = document.createElement("li");
      item.dataset.tone = step.tone;
      const mark = part("mark", "");
      mark.setAttribute("aria-hidden", "true");
      item.append(mark, part("step-name", step.name), part("step-at", step.at), part("step-note", step.note));
      return item;
    }));
  };

  const showLedger = (box, found) => {
    showSteps(box.querySelector("[data-steps]"), found.steps);
    const answer = box.querySelector("[data-answer]");
    answer.hidden = !found.answer;
    answer.textContent = found.answer;
  };

  const showCheck = (box, found) => {
    box.querySelector("[data-at]").textContent = found.at;
    showSteps(box.querySelector("[data-steps]"), found.steps);
    box.querySelector("[data-going]").hidden = found.over;
    const verdict = box.querySelector("[data-verdict]");
    verdict.hidden = !found.verdict;
    if (!found.verdict) return;
    verdict.dataset.tone = found.verdict.tone;
    verdict.querySelector("[data-words]").textContent = found.verdict.words;
    verdict.querySelector("[data-advice]").replaceChildren(...found.verdict.advice.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
  };

  const follow = (box, address, show) => {
    const begun = Date.now();
    const look = async () => {
      if (!box.isConnected || Date.now() - begun > LONGEST) return;
      const lost = box.querySelector("[data-lost]");
      try {
        const response = await fetch(address, { headers: { Accept: "application/json" } });
        if (!response.ok) throw new Error(String(response.status));
        const found = await response.json();
        lost.hidden = true;
        show(box, found);
        if (found.over) return;
      } catch {
        lost.hidden = false;
      }
      setTimeout(look, Date.now() - begun < BRISK ? SOON : LATER);
    };
    look();
  };

  const scan = (root) => {
    for (const [name, show] of [["ledger", showLedger], ["check", showCheck]]) {
      for (const box of root.querySelectorAll(`[data-${name}]:not([data-followed])`)) {
        box.dataset.followed = "yes";
        follow(box, box.dataset[name], show);
      }
    }
  };

  // An element that opened a dialog gets the focus back when the dialog is gone.
  let opener = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.target;
    if (element.getAttribute("hx-target") !== "#modal-content") return;
    opener = element;
    element.closest("details.menu")?.removeAttribute("open");
  });

  document.addEventListener("htmx:afterSettle", () => {
    scan(document);
    const dialog = document.getElementById("dialog");
    if (!dialog || dialog.dataset.seen) return;
    dialog.dataset.seen = "yes";
    requestAnimationFrame(() => {
      const first = dialog.querySelector(".fields :is(input, select, textarea):not([type=hidden]), .buttons button");
      (first || dialog).focus();
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    } else if (opener?.isConnected) {
      opener.focus();
    }
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });

  // What moves says so itself when it can no longer be had.
  const mark = (event, isLost) => {
    const live = event.target.closest?.("[data-live-part]");
    if (!live) return;
    live.querySelector(".old")?.remove();
    if (!isLost) return;
    const told = part("old", live.dataset.lost);
    told.setAttribute("role", "status");
    live.prepend(told);
  };
  document.addEventListener("htmx:sendError", (event) => mark(event, true));
  document.addEventListener("htmx:responseError", (event) => mark(event, true));
  document.addEventListener("htmx:afterOnLoad", (event) => mark(event, event.detail.failed === true));

  // The stream of lists rings when this station or what charges there has moved; the part asks again by itself as well.
  const stops = new Map();
  const listen = (live, topic, said) => {
    const keys = said.split(",").filter(Boolean).map(Number);
    stops.get(topic)?.();
    stops.delete(topic);
    if (!keys.length) return;
    const stop = window.portalLine({
      path: "/portal/rows",
      greet: () => ({ topic, keys, query: "", language: document.documentElement.lang, since: null }),
      hear: ({ rows }) => {
        if (Object.keys(rows).length) window.htmx.trigger(live, "moved");
      },
      mark: () => {},
    });
    stops.set(topic, stop);
  };
  const sessions = () => document.getElementById("drawn").dataset.sessions;

  document.addEventListener("DOMContentLoaded", () => {
    scan(document);
    const live = document.querySelector("[data-live-part]");
    if (!live || !window.portalLine) return;
    listen(live, "station", live.dataset.station);
    listen(live, "session", sessions());
    const others = new MutationObserver(() => {
      listen(live, "session", sessions());
      document.dispatchEvent(new CustomEvent("portal:charts"));
    });
    others.observe(document.getElementById("charts"), { childList: true });
  });
})();
