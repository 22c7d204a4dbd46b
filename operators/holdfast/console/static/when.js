// When: the offers move as a slider moves.
import { partOf, put } from "./parts.js";

const form = document.getElementById("ask");
let timer = 0, number = 0;

async function ask() {
  const mine = ++number, address = `/when?${new URLSearchParams(new FormData(form))}`;
  document.getElementById("answer").classList.add("is-old");
  const fresh = await partOf(address, "#answer").catch(() => null);
  if (mine !== number) return;
  put(fresh, "#answer");
  document.getElementById("answer").classList.remove("is-old");
  history.replaceState(null, "", address);
}

if (form) {
  form.addEventListener("input", (event) => {
    const output = event.target.parentElement.querySelector("output");
    if (output) output.textContent = event.target.value;
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  document.addEventListener("hub-change", () => { if (location.search) { clearTimeout(timer); timer = setTimeout(ask, 1000); } });
}
