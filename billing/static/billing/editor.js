// Says when the grid of a tariff's draft could not be fetched, so that nobody trusts an old one.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    const stale = document.querySelector("[data-stale]");
    const form = document.getElementById("calculator");
    if (!stale || !form) return;
    const mark = (failed) => (event) => {
        if (event.target === form || form.contains(event.target)) stale.hidden = !failed;
    };
    document.addEventListener("htmx:sendError", mark(true));
    document.addEventListener("htmx:responseError", mark(true));
    document.addEventListener("htmx:afterOnLoad", mark(false));
});
