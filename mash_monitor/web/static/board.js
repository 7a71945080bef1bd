// Keeps an open page true: takes what is new when the service says that there is something, lets ages grow, and
// says so when the service is not heard. Without this script the page is whole, and reloads by itself.
"use strict";
(() => {
  const SILENT = 25_000; // the service tells every 10 seconds that it lives (live.py)
  const APART = 1_000; // so many milliseconds those who hear of the same pass spread over
  const BROKEN = 5_000; // a stream that was dropped is tried again in 2 seconds; this long it may be on its way
  const lost = document.getElementById("lost");
  const said = document.getElementById("said");
  const live = () => document.getElementById("live");
  let heardAt = Date.now();
  let brokenAt = null;
  let ahead = 0; // milliseconds by which the service's clock is ahead of this one
  let fetching = false;

  const words = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    if (minutes === 0) return "less than a minute";
    const parts = hours >= 72
      ? [`${Math.floor(hours / 24)} d`, hours % 24 ? `${hours % 24} h` : ""]
      : [hours ? `${hours} h` : "", minutes % 60 ? `${minutes % 60} min` : ""];
    return parts.filter(Boolean).join(" ");
  };

  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const tick = () => {
    const now = Date.now();
    for (const element of document.querySelectorAll("[data-since]")) {
      put(element, words(Math.max(0, (now + ahead) / 1000 - Number(element.dataset.since))));
    }
    const gone = now - heardAt > SILENT || (brokenAt !== null && now - brokenAt > BROKEN);
    document.body.classList.toggle("gone", gone);
    if (gone) {
      const at = new Date(heardAt + ahead).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      lost.querySelector("span") ?? lost.append(`NOT LIVE. The service was last heard ${at}, `, document.createElement("span"), " ago.");
      put(lost.querySelector("span"), words((now - heardAt) / 1000));
    } else {
      lost.replaceChildren();
    }
    lost.hidden = !gone;
  };

  const heard = () => {
    heardAt = Date.now();
    brokenAt = null;
    tick();
  };

  const renew = async (version) => {
    if (fetching || version === live().dataset.version) return;
    fetching = true;
    try {
      await new Promise((resolve) => { setTimeout(resolve, APART * Math.random()); });
      const answer = await fetch(location.href, { redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload(); // the token opens nothing any more
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (fresh === null) return;
      const focused = document.activeElement?.closest("a[href]")?.getAttribute("href");
      const inside = live().contains(document.activeElement);
      const scrolled = [...document.querySelectorAll(".scroll")].map((part) => part.scrollLeft);
      const before = live().dataset.said;
      live().replaceWith(document.adoptNode(fresh));
      document.title = page.title;
      document.querySelectorAll(".scroll").forEach((part, at) => { part.scrollLeft = scrolled[at] ?? 0; });
      if (inside) {
        const again = focused && [...live().querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focused);
        (again || document.getElementById("main")).focus({ preventScroll: true });
      }
      if (live().dataset.said !== before) put(said, live().dataset.said);
      tick();
    } catch {
      // the stream says whether the service is there
    } finally {
      fetching = false;
    }
  };

  const connect = () => {
    const stream = new EventSource(live().dataset.events);
    stream.addEventListener("open", heard);
    stream.addEventListener("beat", (event) => {
      ahead = Number(event.data) * 1000 - Date.now();
      heard();
    });
    stream.addEventListener("seen", (event) => {
      heard();
      renew(event.data);
    });
    stream.addEventListener("error", () => {
      brokenAt ??= Date.now();
      if (stream.readyState === EventSource.CLOSED) { // refused: by a proxy, or because the token opens nothing now
        renew(null);
        setTimeout(connect, BROKEN);
      }
    });
  };

  connect();
  setInterval(tick, 1000);
  tick();
})();
