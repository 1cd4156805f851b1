// What the page does beyond links and forms: dropping files, telling how far work has come, keys for answers, and
// noticing that the program has stopped. Texts are set as texts, never as HTML.
"use strict";
(() => {
  const by = (id) => document.getElementById(id);

  const drop = by("drop");
  if (drop) {
    const input = by("files");
    const sending = () => { by("sending").hidden = false; };
    drop.addEventListener("submit", sending);
    for (const kind of ["dragenter", "dragover"]) {
      document.addEventListener(kind, (e) => { e.preventDefault(); drop.classList.add("over"); });
    }
    document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) drop.classList.remove("over"); });
    document.addEventListener("drop", (e) => {
      e.preventDefault();
      drop.classList.remove("over");
      if (e.dataTransfer && e.dataTransfer.files.length > 0) {
        input.files = e.dataTransfer.files;
        drop.requestSubmit();
      }
    });
  }

  const trouble = by("trouble");
  if (trouble) trouble.focus();

  const gone = () => {
    by("gone").hidden = false;
    document.title = "Stopped - claimaudit";
  };
  let misses = 0;
  const alive = async () => {
    try {
      const answer = await fetch(document.body.dataset.alive, { cache: "no-store" });
      misses = answer.ok ? 0 : misses + 1;
    } catch { misses += 1; }
    if (misses > 1) gone(); else setTimeout(alive, misses > 0 ? 1000 : 20000);
  };
  if (document.body.dataset.alive) setTimeout(alive, 5000);

  const progress = by("progress");
  if (progress) {
    const bar = progress.querySelector("progress");
    let heard = 0;
    const look = async () => {
      try {
        const now = await (await fetch(progress.dataset.state, { cache: "no-store" })).json();
        if (!now.working) { location.reload(); return; }
        document.title = now.title;
        bar.value = now.percent;
        by("said").textContent = now.text;
        if (Date.now() - heard > 10000) { heard = Date.now(); by("heard").textContent = now.text; }
      } catch { /* alive tells */ }
      setTimeout(look, 400);
    };
    setTimeout(look, 150);
  }

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const at = e.target;
    if (at instanceof HTMLElement && at.matches("input, textarea, select")) {
      if (e.key === "Escape") at.blur();
      return;
    }
    for (const one of document.querySelectorAll("[data-key]")) {
      if (one.dataset.key === e.key) {
        e.preventDefault();
        if (one.matches("textarea")) one.focus(); else one.click();
        return;
      }
    }
  });
})();
