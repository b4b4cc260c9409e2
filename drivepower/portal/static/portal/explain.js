// An explanation's page: which moments are shown, the address to pass on, and paper.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("station");
  const rows = [...root.querySelectorAll("[data-row]")];
  const days = [...root.querySelectorAll("[data-day]")];
  const chips = [...root.querySelectorAll("[data-chips] button")];
  const modes = chips.filter((one) => one.dataset.show);
  const kinds = chips.filter((one) => one.dataset.kind);
  const isOn = (chip) => chip.getAttribute("aria-pressed") === "true";
  const press = (chip, on) => chip.setAttribute("aria-pressed", String(on));

  const fits = {
    important: (row) => "key" in row.dataset,
    money: (row) => "money" in row.dataset,
    all: () => true,
  };

  const show = () => {
    const mode = modes.find(isOn).dataset.show;
    const wanted = new Set(kinds.filter(isOn).map((one) => one.dataset.kind));
    rows.forEach((row) => { row.hidden = !(fits[mode](row) && wanted.has(row.dataset.row)); });
    days.forEach((day) => {
      let next = day.nextElementSibling, seen = false;
      while (next && !("day" in next.dataset)) {
        seen = seen || !next.hidden;
        next = next.nextElementSibling;
      }
      day.hidden = !seen;
    });
    root.querySelector("[data-nothing]").hidden = rows.some((row) => !row.hidden);
  };

  const choose = (chip) => {
    if (chip.dataset.show) modes.forEach((one) => press(one, one === chip));
    else press(chip, !isOn(chip));
    show();
  };

  chips.forEach((chip, place) => {
    chip.addEventListener("click", () => choose(chip));
    chip.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      chips[(place + step + chips.length) % chips.length].focus();
    });
  });
  if (rows.some(fits.important)) choose(modes.find((one) => one.dataset.show === "important"));

  root.querySelector("[data-print]").addEventListener("click", () => window.print());
  root.querySelector("[data-copy]").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    try {
      await navigator.clipboard.writeText(window.location.href);
    } catch {
      const field = document.createElement("input");
      field.value = window.location.href;
      root.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    const named = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = named; }, 2000);
  });
});
