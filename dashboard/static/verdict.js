/* The verdict: a button that sends once, lists that close when something else is clicked. */
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (!button || !button.hasAttribute("data-once") || event.defaultPrevented) return;
    if (button.getAttribute("aria-busy")) { event.preventDefault(); return; }
    button.setAttribute("aria-busy", "true");
    if (button.dataset.once) button.textContent = button.dataset.once;
  });
  // Coming back with the browser's own button finds the page as it was left: its buttons work again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("[aria-busy][data-once]").forEach(function (b) { b.removeAttribute("aria-busy"); });
  });
  document.addEventListener("click", function (event) {
    if (!(event.target instanceof Element)) return;
    document.querySelectorAll("details.drop[open]").forEach(function (drop) {
      if (!drop.contains(event.target) || event.target.closest(".drop-list a")) drop.removeAttribute("open");
    });
  });
  document.addEventListener("change", function (event) {
    var place = event.target.type === "file" && event.target.closest("label") && event.target.closest("label").querySelector("[data-file-name]");
    if (place) place.textContent = event.target.files.length ? event.target.files[0].name : "";
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.drop[open]").forEach(function (drop) {
      drop.removeAttribute("open");
      drop.querySelector("summary").focus();
    });
  });
})();
