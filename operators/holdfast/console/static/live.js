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
// The viewer's clock may say anything: how long it is quiet is counted, and since when is said by the hub's.
let heard = performance.now(), hubsTime = null;
const inWords = (instant, from, to) => new Date(instant * 1000).toISOString().slice(from, to).replace("T", " ");
function showSight(blind) {
  pulse.textContent = blind === null ? "live" : "blind";
  pulse.classList.toggle("is-blind", blind !== null);
  banner.hidden = blind === null;
  if (blind !== null) {
    const since = blind ? ` since ${inWords(blind, 0, 16)} UTC` : " yet";
    banner.textContent = `The hub has not answered${since}: what is shown is from then.`;
  }
}

let renewed = -Infinity;
async function renew(stream) {
  if (performance.now() - renewed < 20000) return;
  renewed = performance.now();
  const answer = await fetch("/renew", { method: "POST" }).catch(() => null);
  if (answer?.ok) { stream.close(); listen(); } else if (answer?.status !== 401) renewed = -Infinity;
}

function listen() {
  const stream = new EventSource("/live");
  stream.addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent("hub-change"));
    refresh();
  });
  stream.addEventListener("sight", (event) => {
    const told = JSON.parse(event.data);
    heard = performance.now();
    hubsTime = told.now;
    showSight(told.blind);
  });
  stream.addEventListener("renew", () => renew(stream));
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
    if (performance.now() - heard > 15000) {
      pulse.textContent = "console away"; pulse.classList.add("is-blind"); banner.hidden = false;
      const since = hubsTime ? ` since ${inWords(hubsTime, 11, 19)} UTC` : "";
      banner.textContent = `The console itself has not been heard${since}.`;
    }
  }, 5000);
}
if (document.querySelector("[data-retry]")) setTimeout(() => location.reload(), 5000);
addCopyButtons(document);
