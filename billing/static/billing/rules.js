// One more empty rule in the form of a tariff's next version.
addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("another-rule");
    const blank = document.getElementById("blank-rule");
    const total = document.querySelector('[name="rules-TOTAL_FORMS"]');
    if (!button || !blank || !total) return;
    button.hidden = false;
    button.addEventListener("click", () => {
        const rule = blank.content.cloneNode(true);
        for (const part of rule.querySelectorAll("[name], [id], [for]"))
            for (const attribute of ["name", "id", "for"])
                if (part.hasAttribute(attribute))
                    part.setAttribute(attribute, part.getAttribute(attribute).replace("__prefix__", total.value));
        const first = rule.querySelector("input");
        document.getElementById("rules").append(rule);
        total.value = Number(total.value) + 1;
        first.focus();
    });
});
