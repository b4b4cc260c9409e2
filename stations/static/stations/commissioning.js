/* Keeps the steps of a station's way into service fresh; without it the page is reloaded by hand. */
"use strict";

(() => {
  const steps = document.querySelector("[data-refresh]");
  if (!steps) return;
  const lost = document.querySelector("[data-lost-word]");
  const missing = document.querySelector("[data-missing]");
  const SECONDS = 4;

  function say(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function show(step) {
    const item = steps.querySelector(`[data-step="${step.name}"]`);
    if (!item) return;
    item.dataset.done = step.is_done ? "yes" : "no";
    say(item.querySelector("[data-word]"), step.word);
    const list = item.querySelector("[data-told]");
    const told = [...list.children].map((line) => line.textContent);
    if (told.join("\n") === step.told.join("\n")) return;
    list.replaceChildren(...step.told.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  }

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(steps.dataset.refresh, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    now.steps.forEach(show);
    const named = steps.querySelector("[data-untold-word]");
    if (named) named.hidden = now.untold === steps.dataset.untold;
    if (missing) say(missing, now.missing ? `${missing.dataset.words} ${now.missing}` : missing.dataset.all);
  }

  async function again() {
    try {
      await look();
      say(lost, "");
    } catch {
      say(lost, steps.dataset.lost);
    }
    setTimeout(again, SECONDS * 1000);
  }

  document.querySelectorAll(".copy").forEach((field) => field.addEventListener("focus", () => field.select()));
  setTimeout(again, SECONDS * 1000);
})();
