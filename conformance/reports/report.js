"use strict";
// Adds comfort alone: all that a page says is there without it.
{
  // What a link leads to is opened, with all around it.
  const open_target = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.tagName === "DETAILS") target.open = true;
    for (let at = target.parentElement; at; at = at.parentElement)
      if (at.tagName === "DETAILS") at.open = true;
    for (let at = target; at; at = at.parentElement) if (at.hidden) at.hidden = false;
    const own = target.matches(".ladders > li") && target.querySelector("details");
    if (own) own.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open_target);
  open_target();

  // On paper nothing can be opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });

  for (const box of document.querySelectorAll("[data-filters]")) {
    const place = document.getElementById(box.dataset.filters);
    const rows = place.tagName === "TABLE" ? place.querySelectorAll("tbody > tr:not(.area)") : place.children;
    box.closest(".filter").hidden = false;
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const line = row.querySelector("summary.line") || row;
        const text = line.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      // An area without a row that is left says nothing.
      for (const area of place.querySelectorAll("tr.area")) {
        const left = [...area.parentElement.rows].some((row) => row !== area && !row.hidden);
        area.hidden = !left;
      }
    });
  }

  // A click on a head sorts a table without areas, another one the other way round.
  for (const table of document.querySelectorAll("table")) {
    if (table.closest(".ladder") || table.querySelector(".area") || !table.tHead || table.tBodies.length !== 1) continue;
    table.classList.add("sortable");
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      head.tabIndex = 0;
      const sort = () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column].textContent.replace(/[,<]/g, "");
        const number = head.classList.contains("n");
        const rows = [...table.tBodies[0].rows].sort((a, b) =>
          number ? parseFloat(value(a)) - parseFloat(value(b)) : value(a).localeCompare(value(b)));
        if (down) rows.reverse();
        table.tBodies[0].append(...rows);
      };
      head.addEventListener("click", sort);
      head.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          sort();
        }
      });
    });
  }
}
