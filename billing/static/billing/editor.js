// Says when the grid of a tariff's draft could not be fetched, so that nobody trusts an old one.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    const stale = document.querySelector("[data-stale]");
    const form = document.getElementById("calculator");
    if (!stale || !form) return;
    const isOurs = (event) => event.target === form || form.contains(event.target);
    // Whoever is no longer logged in gets another page, that of logging in: it is no grid.
    const isElsewhere = ({ xhr }) => new URL(xhr.responseURL).pathname !== form.getAttribute("hx-post");
    document.addEventListener("htmx:beforeSwap", (event) => {
        if (isOurs(event) && isElsewhere(event.detail)) event.preventDefault();
    });
    document.addEventListener("htmx:sendError", (event) => {
        if (isOurs(event)) stale.hidden = false;
    });
    // Comes after every answer, those that are refused too.
    document.addEventListener("htmx:afterOnLoad", (event) => {
        if (isOurs(event)) stale.hidden = event.detail.xhr.status < 400 && !isElsewhere(event.detail);
    });
});
