// A line to the portal that heals itself: it waits longer after each failure, rests while nobody looks at the page, and
// begins anew when it is looked at again. `greet` is said first; `hear` gets each message, `mark` "live" or "lost"; the
// server speaks now and then, and a line on which it does not is dead. What it answers stops it for good.
"use strict";

window.portalLine = ({ path, greet, hear, mark, silence = 30000 }) => {
  const SHORTEST = 500;
  const LONGEST = 8000;
  let pause = SHORTEST;
  let socket = null;
  let again;
  let quiet;

  const open = () => {
    clearTimeout(again);
    if (socket || document.hidden) return;
    const address = new URL(path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("language", document.documentElement.lang);
    const mine = new WebSocket(address);
    socket = mine;
    const listen = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => mine.close(), silence);
    };
    listen();
    mine.onopen = () => {
      if (greet) mine.send(JSON.stringify(greet()));
    };
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      listen();
      pause = SHORTEST;
      mark("live");
      hear(JSON.parse(event.data));
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      clearTimeout(quiet);
      socket = null;
      mark("lost");
      again = setTimeout(open, pause * (0.5 + Math.random()));
      pause = Math.min(pause * 2, LONGEST);
    };
  };

  const rest = () => {
    clearTimeout(again);
    clearTimeout(quiet);
    const mine = socket;
    socket = null;
    if (mine) mine.close();
  };

  const soon = () => {
    pause = SHORTEST;
    open();
  };
  const ending = new AbortController();
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : soon()), { signal: ending.signal });
  window.addEventListener("online", soon, { signal: ending.signal });
  open();
  return () => {
    ending.abort();
    rest();
  };
};
