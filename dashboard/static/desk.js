/* Sending: files dropped, chosen or pasted go up one after another with their progress; choices are kept as they are made. */
(function () {
  "use strict";
  var waiting = [], active = 0, MOST = 2;

  function zone() { return document.querySelector("[data-drop]"); }
  function say(name) { var place = zone(); return (place && place.dataset["say" + name.split("_").map(function (p) { return p[0].toUpperCase() + p.slice(1); }).join("")]) || ""; }
  // The page is asked for anew; only panels that changed are redrawn, so choices under way elsewhere stay.
  function refresh() {
    if (window.dash_clientside && window.dash_clientside.set_props) window.dash_clientside.set_props("version", { data: "desk-" + Date.now() });
  }
  function sized(bytes) {
    var mb = bytes / 1048576;
    return mb < 1 ? Math.max(1, Math.round(bytes / 1024)) + " kB" : mb.toLocaleString("vi-VN", { maximumFractionDigits: 1 }) + " MB";
  }

  function take(files) {
    Array.prototype.forEach.call(files, function (file) { waiting.push(file); });
    next();
  }
  function next() {
    while (active < MOST && waiting.length) start(waiting.shift());
  }
  function start(file) {
    var place = zone(), list = place && place.querySelector("[data-uploading]");
    if (!list) return;
    active += 1;
    var row = document.createElement("li"), name = document.createElement("span"), state = document.createElement("span");
    var stop = document.createElement("button"), bar = document.createElement("progress"), request = new XMLHttpRequest();
    name.textContent = file.name;
    name.className = "clip";
    state.className = "muted small";
    stop.type = "button";
    stop.className = "link";
    stop.textContent = say("cancel");
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    row.append(name, state, stop, bar);
    list.append(row);
    var query = new URLSearchParams({ name: file.name });
    ["dataset", "unit", "period"].forEach(function (field) { if (place.dataset[field]) query.set(field, place.dataset[field]); });
    stop.onclick = function () { request.abort(); row.remove(); };
    request.upload.onprogress = function (event) {
      bar.value = event.loaded / (event.total || 1);
      state.textContent = event.loaded === event.total ? say("looking") : say("sending") + " " + sized(event.loaded) + " / " + sized(event.total);
    };
    request.onload = function () {
      if (request.status < 300) { row.remove(); refresh(); return; }
      fail(request.status === 413 ? say("too_large") : told(request) || say("failed"));
    };
    request.onerror = function () { fail(say("lost")); };
    request.onloadend = function () { active -= 1; next(); };
    function fail(text) {
      bar.remove();
      state.className = "bad small";
      state.textContent = text;
      stop.textContent = "✕";
      stop.onclick = function () { row.remove(); };
      refresh();
    }
    request.open("POST", "/desk/upload?" + query);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  }
  function told(request) {
    try { return JSON.parse(request.responseText)[document.cookie.indexOf("hub_language=en") >= 0 ? "en" : "vi"]; } catch (error) { return ""; }
  }
  window.addEventListener("beforeunload", function (event) { if (active) event.preventDefault(); });

  // --- dropping and choosing ---
  ["dragover", "dragenter"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (!zone() || !event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) return;
      event.preventDefault();
      zone().classList.add("over");
    });
  });
  document.addEventListener("dragleave", function (event) { if (zone() && !event.relatedTarget) zone().classList.remove("over"); });
  document.addEventListener("drop", function (event) {
    if (!zone() || !event.dataTransfer) return;
    event.preventDefault();
    zone().classList.remove("over");
    take(event.dataTransfer.files);
  });
  document.addEventListener("change", function (event) {
    var target = event.target;
    if (!(target instanceof Element)) return;
    if (target.matches("[data-files]")) { take(target.files); target.value = ""; }
    else if (target.matches("[data-upload] select")) choose(target.closest("[data-upload]"));
  });

  // --- pasting: a table from Excel, Word or LibreOffice becomes a csv file ---
  document.addEventListener("paste", function (event) {
    var place = zone(), data = event.clipboardData;
    if (!place || !data || event.target.closest && event.target.closest("input:not([type=file]), textarea")) return;
    if (data.files.length && !data.getData("text/html")) { event.preventDefault(); return take(data.files); }
    var rows = fromMarkup(data.getData("text/html")) || fromText(data.getData("text/plain"));
    event.preventDefault();
    if (!rows) { if (data.files.length) return take(data.files); return note(say("nothing_pasted")); }
    var at = new Date(), stamp = at.getFullYear() + "-" + pad(at.getMonth() + 1) + "-" + pad(at.getDate()) + "-" + pad(at.getHours()) + pad(at.getMinutes()) + pad(at.getSeconds());
    var text = "\ufeff" + rows.map(function (row) { return row.map(function (cell) { return '"' + cell.replace(/"/g, '""') + '"'; }).join(","); }).join("\r\n") + "\r\n";
    take([new File([text], say("pasted") + "-" + stamp + ".csv", { type: "text/csv" })]);
  });
  function pad(number) { return String(number).padStart(2, "0"); }
  function note(text) {
    var row = document.createElement("li");
    row.className = "bad small";
    row.textContent = text;
    zone().querySelector("[data-uploading]").append(row);
    setTimeout(function () { row.remove(); }, 8000);
  }
  function fromMarkup(markup) {
    if (!/<table/i.test(markup)) return null;
    var table = new DOMParser().parseFromString(markup, "text/html").querySelector("table"), rows = [], held = [];
    if (!table) return null;
    Array.prototype.forEach.call(table.rows, function (line, down) {
      var row = rows[down] = [], at = 0;
      Array.prototype.forEach.call(line.cells, function (cell) {
        while (held[down] && held[down][at]) { row[at] = ""; at += 1; }
        row[at] = cell.textContent.replace(/\s+/g, " ").trim();
        for (var y = 0; y < Math.min(cell.rowSpan || 1, 500); y += 1) for (var x = 0; x < Math.min(cell.colSpan || 1, 500); x += 1) {
          if (y || x) { held[down + y] = held[down + y] || []; held[down + y][at + x] = true; }
        }
        for (var wide = 1; wide < (cell.colSpan || 1); wide += 1) row[at + wide] = "";
        at += cell.colSpan || 1;
      });
      for (var i = 0; i < row.length; i += 1) if (row[i] === undefined) row[i] = "";
    });
    return square(rows);
  }
  // Tab-separated text with quotes around cells that hold line breaks, as spreadsheets write it.
  function fromText(text) {
    if (!/\t/.test(text)) return null;
    var rows = [[]], cell = "", quoted = false;
    for (var i = 0; i < text.length; i += 1) {
      var sign = text[i];
      if (quoted) {
        if (sign === '"' && text[i + 1] === '"') { cell += '"'; i += 1; }
        else if (sign === '"') quoted = false;
        else cell += sign;
      } else if (sign === '"' && cell === "") quoted = true;
      else if (sign === "\t") { rows[rows.length - 1].push(cell); cell = ""; }
      else if (sign === "\n") { rows[rows.length - 1].push(cell); cell = ""; rows.push([]); }
      else if (sign !== "\r") cell += sign;
    }
    rows[rows.length - 1].push(cell);
    return square(rows);
  }
  function square(rows) {
    var full = rows.filter(function (row) { return row.some(function (cell) { return cell !== ""; }); });
    var width = Math.max.apply(null, full.map(function (row) { return row.length; }).concat(0));
    if (full.length < 2 || width < 2) return null;
    return full.map(function (row) { return row.concat(Array(width - row.length).fill("")); });
  }

  // --- what the owner says a file is ---
  function choose(panel) {
    var said = { columns: {} };
    panel.querySelectorAll("select").forEach(function (select) {
      if (select.name) said[select.name] = select.value;
      else if (select.dataset.column !== undefined) said.columns[select.dataset.column] = select.value;
    });
    fetch("/desk/upload/" + panel.dataset.upload + "/choose", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(said) }).then(refresh, refresh);
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!(form instanceof Element) || !form.dataset.sending) return;
    var button = form.querySelector("button");
    document.documentElement.classList.add("busy");
    setTimeout(function () { button.disabled = true; button.textContent = form.dataset.sending; }, 0);
  });
})();
