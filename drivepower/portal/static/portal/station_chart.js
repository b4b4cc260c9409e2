// Power and energy of the sessions that run, drawn by the Chart.js that the theme brings along.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const AGAIN = 15000;
  const COLOURS = ["--charging", "--good"];

  const colour = (name) => getComputedStyle(document.getElementById("station")).getPropertyValue(name).trim();

  const options = () => {
    const axis = (extra) => ({
      grid: { color: colour("--line") },
      ticks: { color: colour("--quiet"), maxTicksLimit: 8 },
      beginAtZero: true,
      ...extra,
    });
    return {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: true, labels: { color: colour("--quiet"), boxHeight: 2 } } },
      scales: {
        x: axis({ beginAtZero: false }),
        y: axis({ position: "left" }),
        y1: axis({ position: "right", grid: { drawOnChartArea: false } }),
      },
    };
  };

  const paint = (canvas, found) => {
    const sets = found.datasets.map((one, place) => ({
      label: one.name,
      data: one.values,
      borderColor: colour(COLOURS[place]),
      backgroundColor: colour(COLOURS[place]),
      borderWidth: 2,
      borderDash: place ? [6, 4] : [],
      pointRadius: found.labels.length > 1 ? 0 : 4, // one reading alone makes no line
      spanGaps: true,
      yAxisID: place ? "y1" : "y",
    }));
    const drawn = Chart.getChart(canvas);
    if (drawn) {
      drawn.data = { labels: found.labels, datasets: sets };
      drawn.options = options();
      drawn.update();
    } else {
      new Chart(canvas, { type: "line", data: { labels: found.labels, datasets: sets }, options: options() });
    }
  };

  const draw = async (canvas) => {
    try {
      const response = await fetch(canvas.dataset.readings, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const found = await response.json();
      if (!canvas.isConnected) return;
      const empty = canvas.closest("section").querySelector("[data-no-readings]");
      empty.hidden = found.labels.length > 0;
      canvas.parentElement.hidden = found.labels.length === 0;
      if (found.labels.length) paint(canvas, found);
    } catch {
      // The next round tries again; the page itself says that the connection is lost.
    }
  };

  const canvases = () => [...document.querySelectorAll("[data-readings]")];
  // What is folded away is read when somebody unfolds it.
  const isFolded = (canvas) => canvas.closest("details:not([open])") !== null;
  const drawAll = () => canvases().filter((one) => !isFolded(one)).forEach(draw);
  let again;
  const begin = () => {
    drawAll();
    if (!again && canvases().some((canvas) => !("still" in canvas.dataset))) again = setInterval(drawAll, AGAIN);
  };
  begin();
  document.querySelectorAll("details:has([data-readings])").forEach((one) => one.addEventListener("toggle", drawAll));
  new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  // On a station's page other sessions run by now: what was drawn of those that are gone goes with them.
  document.addEventListener("portal:charts", () => {
    Object.values(Chart.instances).filter((one) => !one.canvas.isConnected).forEach((one) => one.destroy());
    begin();
  });
});
