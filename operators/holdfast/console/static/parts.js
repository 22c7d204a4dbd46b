// Parts of a page: had anew from the server, put in the place of the old ones.
export function addCopyButtons(within) {
  for (const block of within.querySelectorAll("pre[data-copy]")) {
    if (block.querySelector(".copy")) continue;
    const text = block.textContent, button = document.createElement("button");
    button.className = "copy"; button.type = "button"; button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.append(button);
  }
}

// A part of a page as the server has it now; null where it could not be had. A session that is over leads to the door.
export async function partOf(address, selector) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (answer.redirected || answer.status === 401) { location.reload(); return null; }
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(selector);
}

export function put(fresh, selector) {
  const old = document.querySelector(selector);
  if (fresh && old && fresh.innerHTML !== old.dataset.shown) {
    const html = fresh.innerHTML, open = [...old.querySelectorAll("details")].map((one) => one.open);
    old.replaceChildren(...fresh.childNodes);
    old.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? false; });
    old.dataset.shown = html;
    addCopyButtons(old);
  }
}
