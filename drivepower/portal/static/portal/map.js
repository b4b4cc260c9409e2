// Draws the locations on a Leaflet map; without a tile address it asks nobody and shows names on a plain ground.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const frame = document.getElementById("map");
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const map = L.map(frame, { zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(data.credit) });
  if (data.tiles) L.tileLayer(data.tiles, { attribution: data.credit }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);

  const markers = new Map();
  for (const place of data.places) {
    const pin = document.createElement("span");
    pin.className = "pin";
    pin.dataset.state = place.state;
    const icon = L.divIcon({ className: "pin-place", html: pin, iconSize: [16, 16] });
    const marker = L.marker(place.at, { icon, title: place.name, alt: place.name, keyboard: true }).addTo(map);
    const label = document.createElement("span");
    label.textContent = `${place.name} ${place.text}`;
    marker.bindTooltip(label, { permanent: true, direction: "right", offset: [8, 0], className: "pin-label" });
    marker.on("click", () => location.assign(place.href));
    markers.set(place.key, { marker, pin, label, name: place.name });
  }

  // Labels that would lie on another are hidden until one zooms in.
  const declutter = () => {
    const taken = [];
    for (const { marker } of markers.values()) {
      const element = marker.getTooltip().getElement();
      if (!element) continue;
      element.hidden = false;
      const box = element.getBoundingClientRect();
      element.hidden = taken.some(
        (other) =>
          box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
      );
      if (!element.hidden) taken.push(box);
    }
  };

  const show = (board) => {
    for (const [key, { pin, label, name }] of markers) {
      if (!(key in board.states)) continue;
      pin.dataset.state = board.states[key];
      label.textContent = `${name} ${board.texts[key]}`;
    }
    declutter();
  };

  // The page is hidden until Alpine runs, so the map has no size yet when this script does.
  let drawn = false;
  new ResizeObserver(() => {
    if (!frame.clientWidth) return;
    map.invalidateSize();
    if (!drawn && data.places.length) map.fitBounds(L.latLngBounds(data.places.map((place) => place.at)).pad(0.15));
    else if (!drawn) map.setView([42.87, 74.6], 5);
    drawn = true;
    declutter();
  }).observe(frame);
  map.on("zoomend moveend", declutter);
  document.addEventListener("portal:board", (event) => show(event.detail));
});
