// Every page: hears what has changed, asks again for itself, says since when the hub is blind, copies what is to be copied.
import { addCopyButtons, partOf, put } from "./parts.js";

document.documentElement.classList.add("has-script");

let asking = false, again = false;
async function refresh() {
  const held = document.activeElement?.closest("input, select, textarea") || String(getSelection());
  if (held || document.querySelector("#chart, #ask")) return;
  if (asking) { again = true; return; }
  asking = true;
  try { put(await partOf(location.href, "main"), "main"); } catch { /* the stream says that the console is away */ }
  asking = false;
  if (again) { again = false; setTimeout(refresh, 500); }
}

const pulse = document.getElementById("pulse"), banner = document.getElementById("blind");
let lastHeard = Date.now();
function showSight(blind) {
  pulse.textContent = blind === null ? "live" : "blind";
  pulse.classList.toggle("is-blind", blind !== null);
  banner.hidden = blind === null;
  if (blind !== null) {
    const since = blind ? ` since ${new Date(blind * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC` : " yet";
    banner.textContent = `The hub has not answered${since}: what is shown is from then.`;
  }
}

function listen() {
  const stream = new EventSource("/live");
  stream.addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent("hub-change"));
    refresh();
  });
  stream.addEventListener("sight", (event) => { lastHeard = Date.now(); showSight(JSON.parse(event.data).blind); });
  stream.addEventListener("over", () => { stream.close(); location.reload(); });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(async () => {
      const answer = await fetch("/data/calendar?accelerator=-").catch(() => null);
      if (answer?.status === 401) location.reload(); else listen();
    }, 2000);
  });
}
if (pulse) {
  listen();
  setInterval(() => {
    if (Date.now() - lastHeard > 15000) {
      pulse.textContent = "console away"; pulse.classList.add("is-blind"); banner.hidden = false;
      banner.textContent = `The console itself has not been heard since ${new Date(lastHeard).toISOString().slice(11, 19)} UTC.`;
    }
  }, 5000);
}
if (document.querySelector("[data-retry]")) setTimeout(() => location.reload(), 5000);
addCopyButtons(document);
