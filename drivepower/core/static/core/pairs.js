// Rows of keys and values: one more, or one less.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const pairs of document.querySelectorAll("[data-pairs]")) {
    const rows = pairs.querySelector("[data-rows]");
    const add = pairs.querySelector("[data-add]");
    const append = () => {
      rows.append(pairs.querySelector("template").content.cloneNode(true));
      look();
      rows.lastElementChild.querySelector("input").focus();
    };
    const remove = (row) => {
      const near = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (near?.querySelector("input") ?? add).focus();
    };
    const look = () => {
      for (const button of pairs.querySelectorAll("[data-remove]")) button.hidden = false;
      add.hidden = false;
    };
    pairs.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.matches("[data-add]")) append();
      if (button?.matches("[data-remove]")) remove(button.closest(".named-pair"));
    });
    look();
  }
});
