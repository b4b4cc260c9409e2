// Of the figures of a rule of alerts, those of the kind that is chosen; the others are not sent.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const kind = document.querySelector("select[name=kind]");
  const figures = document.querySelector("[data-figures]");
  if (!kind || !figures) return;
  const none = figures.querySelector("p[data-kind]");
  const show = () => {
    const groups = [...figures.querySelectorAll("fieldset[data-kind]")];
    for (const group of groups) group.hidden = group.disabled = group.dataset.kind !== kind.value;
    none.hidden = groups.some((group) => !group.hidden);
  };
  kind.addEventListener("change", show);
  show();
});
