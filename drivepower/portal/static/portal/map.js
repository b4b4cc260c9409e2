// Draws the locations on a Leaflet map; without a tile address it asks nobody and shows names on a plain ground.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const frame = document.getElementById("map");
  const data = JSON.parse(document.getElementById("map-data").textContent);
  // Without tiles nothing else says how near one may come, and a single place would be looked at from nowhere.
  const map = L.map(frame, { zoomSnap: 0.25, maxZoom: 18, scrollWheelZoom: false, attributionControl: Boolean(data.credit) });
  if (data.tiles) L.tileLayer(data.tiles, { attribution: data.credit }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  const markers = new Map();
  let ready = false;
  for (const place of data.places) {
    const pin = document.createElement("span");
    pin.className = "pin";
    pin.dataset.state = place.state;
    const icon = L.divIcon({ className: "pin-place", html: pin, iconSize: [16, 16] });
    const marker = L.marker(place.at, { icon, title: place.name, alt: place.name, keyboard: true }).addTo(map);
    const label = document.createElement("span");
    label.textContent = `${place.name} ${place.text}`;
    marker.bindTooltip(label, { permanent: true, className: "pin-label" });
    marker.on("click", () => location.assign(place.href));
    markers.set(place.key, { marker, pin, label, name: place.name });
  }

  const overlap = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

  // A label goes to the first side where it lies on no other label, pin or button, else it waits until one zooms in.
  const SIDES = { right: [10, 0], left: [-10, 0], top: [0, -10], bottom: [0, 10] };
  const MOST = 60;
  const declutter = () => {
    const drawn = [...markers.values()].filter(({ marker }) => marker.getTooltip().getElement());
    const seen = drawn.filter(({ marker }) => map.getBounds().contains(marker.getLatLng()));
    const ground = frame.getBoundingClientRect();
    const buttons = [...frame.querySelectorAll(".leaflet-control")];
    const taken = [...buttons, ...seen.map(({ pin }) => pin)].map((element) => element.getBoundingClientRect());
    for (const { marker } of drawn) marker.getTooltip().getElement().hidden = true;
    for (const { marker } of seen.slice(0, MOST)) {
      const label = marker.getTooltip();
      const element = label.getElement();
      element.hidden = false;
      element.hidden = !Object.entries(SIDES).some(([direction, offset]) => {
        Object.assign(label.options, { direction, offset });
        label.update();
        const box = element.getBoundingClientRect();
        const inside =
          box.left > ground.left && box.right < ground.right && box.top > ground.top && box.bottom < ground.bottom;
        const free = inside && !taken.some((other) => overlap(box, other));
        if (free) taken.push(box);
        return free;
      });
    }
  };

  const show = (board) => {
    for (const [key, { pin, label, name }] of markers) {
      if (!(key in board.states)) continue;
      pin.dataset.state = board.states[key];
      label.textContent = `${name} ${board.texts[key]}`;
    }
    if (ready) declutter();
  };

  // Most places lie close together and a few far out: first the close ones, so that they can be told apart.
  const centre = () => {
    const middle = [0, 1].map((axis) => data.places.map((place) => place.at[axis]).sort((a, b) => a - b)[data.places.length >> 1]);
    const far = (at) => Math.hypot(at[0] - middle[0], at[1] - middle[1]);
    const sorted = data.places.map((place) => place.at).sort((a, b) => far(a) - far(b));
    return sorted.slice(0, Math.ceil(sorted.length * 0.7));
  };

  // The page is hidden until Alpine runs, so the map has no size yet when this script does.
  new ResizeObserver(() => {
    if (!frame.clientWidth) return;
    map.invalidateSize({ animate: false });
    if (!ready && data.places.length) map.fitBounds(L.latLngBounds(centre()).pad(0.1));
    else if (!ready) map.setView([42.87, 74.6], 5);
    ready = true;
    declutter();
  }).observe(frame);
  map.on("zoomend moveend", declutter);
  document.addEventListener("portal:board", (event) => show(event.detail));
});
