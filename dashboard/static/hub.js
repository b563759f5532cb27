/* What the pages need in the browser: a small React component, addresses without a reload, clock, theme, live updates. */
(function () {
  "use strict";
  var React = window.React, h = React.createElement;

  function html(markup) { return { __html: markup || "" }; }

  // A panel is redrawn only where its own markup changed, and says so by a short outline.
  function Panel(props) {
    var box = React.useRef(null), first = React.useRef(true);
    React.useEffect(function () {
      if (first.current) { first.current = false; return; }
      var target = box.current && box.current.querySelector(".panel");
      if (!target) return;
      target.classList.remove("changed");
      void target.offsetWidth;
      target.classList.add("changed");
    }, [props.html]);
    return h("div", { ref: box, "data-panel": props.name, className: props.className, dangerouslySetInnerHTML: html(props.html) });
  }
  Panel = React.memo(Panel);

  // What stood on the page before the first answer stays until the first answer.
  var ghost = document.querySelector(".skeleton"), waiting = ghost ? ghost.outerHTML : "";

  function Page(props) {
    React.useEffect(function () {
      if (props.title) document.title = props.title;
    }, [props.title]);
    React.useEffect(function () {
      document.documentElement.classList.remove("busy");
      showLive();
      tick();
    });
    React.useEffect(function () {
      var marked = document.querySelector(".sheet-frame [id^=cell-]");
      if (marked) {
        var frame = marked.closest(".sheet-frame");
        frame.scrollLeft = Math.max(0, marked.offsetLeft - frame.clientWidth / 2);
      }
    }, [props.address]);
    if (!props.order || !props.order.length) return h("div", { id: props.id, dangerouslySetInnerHTML: html(waiting) });
    var panels = props.panels || {}, inside = [], outside = [];
    (props.order || []).forEach(function (entry) {
      var name = entry.split("|")[0], width = entry.split("|")[1];
      // The key holds the address, so that another page's panel of the same name does not count as a change.
      var part = h(Panel, { key: props.address + " " + name, name: name, className: width || undefined, html: panels[name] });
      (width ? inside : outside).push(part);
    });
    if (inside.length) outside.push(h("main", { className: "desk", key: "main" }, inside));
    return h(props.kind === "wall" ? "main" : "div", { id: props.id, className: "kind-" + (props.kind || "loading") }, outside);
  }

  window.hub_parts = { Page: Page };

  // --- addresses without a reload ---
  function go(address) {
    var to = new URL(address, location.href);
    if (to.href === location.href) return;
    document.documentElement.classList.add("busy");
    history.pushState({}, "", to.pathname + to.search + to.hash);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function cookie(name, value) {
    document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax";
  }

  document.addEventListener("click", function (event) {
    var target = event.target;
    if (!(target instanceof Element)) return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(target) || target.closest("a")) menu.removeAttribute("open");
    });
    if (target.closest("[data-theme-switch]")) return switchTheme();
    var copy = target.closest("[data-copy]");
    if (copy) return copyAddress(copy);
    var link = target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.dataset.lang) {
      event.preventDefault();
      cookie("hub_language", link.dataset.lang);
      var here = new URL(location.href);
      here.searchParams.delete("lang");
      return location.assign(here.href);
    }
    var to = new URL(link.getAttribute("href"), location.href);
    if (to.origin !== location.origin || link.hasAttribute("download") || link.target) return;
    event.preventDefault();
    go(to.href);
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches && event.target.matches("[data-send]")) send(event.target.form);
  });
  document.addEventListener("submit", function (event) {
    if (event.target.method === "get") { event.preventDefault(); send(event.target); }
  });
  function send(form) {
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (value) query.append(name, value); });
    var text = query.toString();
    go(form.getAttribute("action") + (text ? "?" + text : ""));
  }

  function copyAddress(button) {
    navigator.clipboard.writeText(location.href).then(function () {
      var before = button.textContent;
      button.textContent = button.dataset.copy;
      setTimeout(function () { button.textContent = before; }, 1600);
    });
  }

  // --- theme: the system's, or the reader's own choice ---
  function switchTheme() {
    var root = document.documentElement;
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    cookie("hub_theme", root.dataset.theme);
  }

  // --- clock, in the province's time ---
  var zone = "Asia/Ho_Chi_Minh";
  function time(at, seconds) {
    var parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    if (seconds) parts.second = "2-digit";
    return new Intl.DateTimeFormat("vi-VN", parts).format(at);
  }
  function tick() {
    var clock = document.getElementById("clock");
    if (clock) clock.textContent = time(new Date());
  }
  setInterval(tick, 1000);

  // --- live updates: one websocket, tried again with growing pauses ---
  var state = "connecting", updated = null, wait = 500, socket = null, lastHeard = 0;

  function showLive() {
    var place = document.getElementById("live");
    if (!place) return;
    place.dataset.state = state;
    var text = place.querySelector(".live-text"), said;
    if (state === "live") said = place.dataset.live + (updated ? " · " + place.dataset.updated + " " + time(updated, true) : "");
    else if (state === "lost") said = place.dataset.lost;
    if (said && text.textContent !== said) text.textContent = said;
  }

  function set(version) {
    if (window.dash_clientside && window.dash_clientside.set_props) {
      try { window.dash_clientside.set_props("version", { data: version }); return; } catch (error) { /* not drawn yet */ }
    }
    setTimeout(set, 200, version);
  }

  function connect() {
    socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws/updates");
    socket.onmessage = function (event) {
      var message = JSON.parse(event.data);
      lastHeard = Date.now();
      wait = 500;
      state = "live";
      if (message.version) { updated = new Date(message.at); set(message.version); }
      showLive();
    };
    socket.onclose = function () {
      state = "lost";
      showLive();
      setTimeout(connect, wait + Math.random() * 500);
      wait = Math.min(wait * 2, 15000);
    };
  }
  // A connection that went silent (sleep, a proxy) is as good as none: the server speaks every 10 seconds.
  setInterval(function () {
    if (socket && socket.readyState === 1 && lastHeard && Date.now() - lastHeard > 30000) socket.close();
  }, 5000);
  connect();
})();
