// Names what the theme leaves nameless: fields that one searches in (select2) are called as their label says.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  // The label of a field, or the head of its column.
  const nameOf = (select) => {
    const cell = select.closest("td");
    const head = cell?.closest("table")?.querySelectorAll("thead th")[cell.cellIndex];
    return (select.labels?.[0] ?? head)?.textContent.replace("*", "").trim() || select.title;
  };

  const call = (element, name) => {
    if (element && element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
  };

  // Select2 calls its field by what is chosen alone, and what opens from it not at all.
  const show = (select, container) => {
    const name = nameOf(select);
    if (!name) return;
    const field = container.querySelector("[role=combobox]");
    const chosen = [...select.selectedOptions].map((option) => option.textContent.trim()).filter(Boolean);
    field?.removeAttribute("aria-labelledby");
    call(field, chosen.length ? `${name}: ${chosen.join(", ")}` : name);
    call(container.querySelector("[role=textbox]"), name);
    const isOpen = container.classList.contains("select2-container--open");
    for (const place of [container, isOpen && document.querySelector(".select2-dropdown")].filter(Boolean)) {
      call(place.querySelector("[role=searchbox]"), name);
      call(place.querySelector("[role=listbox]"), name);
    }
  };

  const look = () => {
    for (const container of document.querySelectorAll("select + .select2-container")) {
      show(container.previousElementSibling, container);
    }
  };

  const isOne = (node) => node instanceof Element && (node.closest(".select2-container") || node.querySelector(".select2-container"));
  const hasOne = ({ target, addedNodes }) => target.closest(".select2-container") || [...addedNodes].some(isOne);
  look();
  new MutationObserver((changes) => {
    if (changes.some(hasOne)) look();
  }).observe(document.body, { childList: true, subtree: true });
});
